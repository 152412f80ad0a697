package dev.dafl.server.http;

import dev.dafl.host.ThisProgram;
import dev.dafl.server.api.Machine;
import dev.dafl.server.jobs.JobQueue;
import dev.dafl.server.jobs.PluginFolder;
import dev.dafl.server.jobs.Programs;
import dev.dafl.server.store.Audit;
import dev.dafl.server.store.Database;
import dev.dafl.server.store.JobTable;
import dev.dafl.server.store.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server in this process, which can run nothing. Files of a megabyte may be uploaded. */
record TestServer(Database database, JobQueue queue, Tokens tokens, HttpServer http, HttpClient client)
        implements AutoCloseable {

    static TestServer start(Path folder, Limits limits) throws IOException {
        Database database = Database.open(folder.resolve("server.db"));
        Tokens tokens = new Tokens(database);
        Programs programs = new Programs(new ThisProgram(TestServer.class), List.of());
        Path plugins = folder.resolve("plugins");
        JobQueue queue = JobQueue.start(
                new JobQueue.Settings(folder, plugins, 1, 1, List.of(), 1_000, List.of(), List.of(), 1 << 20),
                new JobTable(database),
                programs);
        Machine machine = new Machine("0", 1, 1, 1, 0, 0, Optional.empty(), 1, 1, 1, List.of(), 0);
        HttpServer http = HttpServer.start(
                new HttpServer.Address("127.0.0.1", 0, Optional.empty()),
                limits,
                new HttpServer.Parts(
                        queue, new PluginFolder(plugins, programs, true), tokens, new Audit(database), () -> machine));
        return new TestServer(
                database,
                queue,
                tokens,
                http,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }

    String address() {
        return "http://127.0.0.1:" + http.port();
    }

    HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(address() + path)).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
        http.close();
        queue.close();
        database.close();
    }
}
