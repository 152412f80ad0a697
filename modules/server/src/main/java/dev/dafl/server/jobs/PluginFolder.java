package dev.dafl.server.jobs;

import dev.dafl.server.api.Catalogue;
import dev.dafl.server.api.PluginFile;
import dev.dafl.server.jobs.RefusedException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles that a server has besides those that came with dafl. Their code runs in the processes of jobs and never in the
 * server's.
 */
public final class PluginFolder {

    private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);
    private static final long MOST_BYTES = 256L << 20;
    private static final SizeLimit LIMIT =
            new SizeLimit(MOST_BYTES, "a bundle is at most " + (MOST_BYTES >> 20) + " MB large");

    private final Path folder;
    private final Programs programs;
    private final boolean uploads;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Catalogue known;

    /** @param uploads whether bundles may be uploaded */
    public PluginFolder(Path folder, Programs programs, boolean uploads) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.programs = programs;
        this.uploads = uploads;
    }

    /** Finds the catalogue before somebody waits for it. */
    public void warmUp() {
        Thread.ofVirtual().start(() -> {
            try {
                catalogue();
            } catch (IOException | RuntimeException e) {
                LOG.warn("{}", e.getMessage());
            }
        });
    }

    public SizeLimit limit() {
        return LIMIT;
    }

    public boolean uploads() {
        return uploads;
    }

    /** All bundles and the schema, found by a process that is asked once for each set of bundles. */
    public Catalogue catalogue() throws IOException {
        lock.lock();
        try {
            if (known == null) {
                known = Answers.of(
                        programs.catalogue(folder),
                        Catalogue.class,
                        (said, code) -> new IllegalStateException(
                                "the plugins cannot be listed (exit code " + code + "): " + said.strip()));
            }
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a bundle, or puts it in the place of that of the same file name.
     *
     * @throws RefusedException when it is none that can be used; the folder is as before then
     */
    public Catalogue put(String name, InputStream content) throws IOException {
        requireUploads();
        Path file = file(name);
        lock.lock();
        try {
            return put(name, file, content);
        } finally {
            lock.unlock();
        }
    }

    private Catalogue put(String name, Path file, InputStream content) throws IOException {
        Path before = folder.resolve(name + ".before");
        Path coming = Files.createTempFile(folder, "upload", ".part");
        boolean placed = false;
        try {
            try (OutputStream out = Files.newOutputStream(coming)) {
                LIMIT.copy(content, out);
            }
            if (Files.exists(file)) {
                Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE);
            placed = true;
            known = null;
            Catalogue now = catalogue();
            Optional<String> problem = now.bundles().stream()
                    .filter(bundle -> !bundle.builtIn() && bundle.file().equals(name))
                    .map(PluginFile::problem)
                    .filter(text -> !text.isEmpty())
                    .findFirst();
            if (problem.isPresent()) {
                throw new RefusedException(Why.INVALID, name + " is not used: " + problem.get());
            }
            Files.deleteIfExists(before);
            return now;
        } catch (IOException | RuntimeException e) {
            if (placed) {
                Files.deleteIfExists(file);
            }
            if (Files.exists(before)) {
                Files.move(before, file, StandardCopyOption.ATOMIC_MOVE);
            }
            known = null;
            throw e;
        } finally {
            Files.deleteIfExists(coming);
        }
    }

    /** Removes a bundle. Jobs that were submitted keep their copy. */
    public Catalogue remove(String name) throws IOException {
        requireUploads();
        Path file = file(name);
        lock.lock();
        try {
            if (!Files.deleteIfExists(file)) {
                throw new RefusedException(Why.MISSING, "no bundle was uploaded as " + name);
            }
            known = null;
            return catalogue();
        } finally {
            lock.unlock();
        }
    }

    private void requireUploads() {
        if (!uploads) {
            throw new RefusedException(
                    Why.FORBIDDEN,
                    "this server takes no plugins: their code runs on it. Whoever starts it can allow that with"
                            + " --plugin-uploads, or put jars into " + folder);
        }
    }

    private Path file(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,120}\\.jar")) {
            throw new RefusedException(
                    Why.INVALID, "a bundle's file name is letters, digits, '.', '_' and '-' and ends in .jar");
        }
        return folder.resolve(name);
    }
}
