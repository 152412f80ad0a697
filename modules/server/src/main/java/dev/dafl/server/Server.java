package dev.dafl.server;

import dev.dafl.engine.files.ProcessLock;
import dev.dafl.server.http.HttpServer;
import dev.dafl.server.http.Limits;
import dev.dafl.server.jobs.JobQueue;
import dev.dafl.server.jobs.PluginFolder;
import dev.dafl.server.jobs.Programs;
import dev.dafl.server.store.Audit;
import dev.dafl.server.store.Database;
import dev.dafl.server.store.JobTable;
import dev.dafl.server.store.StoreException;
import dev.dafl.server.store.Tokens;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A server that is running. */
public final class Server implements AutoCloseable {

    private static final int MOST_STREAMS = 200;
    private static final String LOCK = "lock";
    private static final String DATABASE = "server.db";

    private final ProcessLock lock;
    private final Database database;
    private final JobQueue queue;
    private final HttpServer http;
    private final Tokens tokens;

    private Server(ProcessLock lock, Database database, JobQueue queue, HttpServer http, Tokens tokens) {
        this.lock = lock;
        this.database = database;
        this.queue = queue;
        this.http = http;
        this.tokens = tokens;
    }

    /**
     * Starts a server, and takes up what a former one has left in its folder.
     *
     * @param programs how the processes of runs are started
     * @throws IOException when the folder is another server's, or nothing can listen there, in a sentence
     * @throws StoreException when the database cannot be used
     */
    public static Server start(ServerOptions options, Programs programs) throws IOException {
        requireSafe(options);
        Path data = folder(options.data());
        ProcessLock lock = ProcessLock.on(data.resolve(LOCK));
        if (!lock.tryAcquire()) {
            lock.close();
            throw new IOException(
                    data + " is the folder of a server that is running; stop it, or take another folder with --data");
        }
        Database database = null;
        JobQueue queue = null;
        try {
            database = Database.open(data.resolve(DATABASE));
            Tokens tokens = new Tokens(database);
            Path plugins = data.resolve("plugins");
            PluginFolder bundles = new PluginFolder(plugins, programs, options.pluginUploads());
            queue = JobQueue.start(
                    new JobQueue.Settings(
                            data,
                            plugins,
                            options.cores(),
                            options.slots(),
                            options.gpus(),
                            options.graceSeconds() * 1000L,
                            options.dataRoots(),
                            options.trackingServers(),
                            options.mostFileBytes()),
                    new JobTable(database),
                    programs);
            HttpServer http = HttpServer.start(
                    new HttpServer.Address(options.host(), options.port(), options.tls()),
                    new Limits(MOST_STREAMS, options.requestsPerSecond(), System::nanoTime),
                    new HttpServer.Parts(
                            queue, bundles, tokens, new Audit(database), new ThisMachine(queue, options.version())));
            bundles.warmUp();
            return new Server(lock, database, queue, http, tokens);
        } catch (IOException | RuntimeException e) {
            if (queue != null) {
                queue.close();
            }
            if (database != null) {
                database.close();
            }
            lock.close();
            throw e;
        }
    }

    /** Whoever can read what goes over the wire has the token, and with it the machine. */
    private static void requireSafe(ServerOptions options) throws IOException {
        if (options.tls().isEmpty() && !options.insecure() && !isLoopback(options.host())) {
            throw new IOException(
                    options.host() + " is reached from other machines, and without TLS everybody between reads"
                            + " the tokens: name --tls-key and --tls-cert, or say --insecure where the network is safe");
        }
    }

    private static boolean isLoopback(String host) throws IOException {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            throw new IOException("no machine is named " + host, e);
        }
    }

    /** Its owner's alone. */
    private static Path folder(Path data) throws IOException {
        try {
            if (!Files.isDirectory(data)) {
                Files.createDirectories(data.toAbsolutePath().getParent());
                Files.createDirectory(
                        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return data.toRealPath();
        } catch (IOException e) {
            throw new IOException("cannot use the folder " + data + ": " + Reason.of(e), e);
        }
    }

    /** The tokens of a server's folder, also while it is running. The database is the caller's to close. */
    public static Database database(Path data) throws IOException {
        return Database.open(folder(data).resolve(DATABASE));
    }

    public int port() {
        return http.port();
    }

    public Tokens tokens() {
        return tokens;
    }

    /** Lets nobody in any more, lets what runs save a checkpoint, and ends. */
    @Override
    public void close() {
        http.close();
        queue.close();
        database.close();
        lock.close();
    }
}
