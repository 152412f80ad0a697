package dev.dafl.kernel;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when jars in folders change. Several events within a moment are one change. */
final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
    private static final long DEBOUNCE_NANOS = Duration.ofMillis(150).toNanos();
    private static final Duration JOIN = Duration.ofSeconds(10);

    private final WatchService service;
    private final Runnable changed;
    private final Thread thread;

    /** Events are kept from now on and told of once the watch is started, so that none falls between. */
    FolderWatch(List<Path> folders, Runnable changed) {
        this.changed = changed;
        this.thread = Thread.ofPlatform().daemon().name("dafl-plugin-folders").unstarted(this::run);
        try {
            service = FileSystems.getDefault().newWatchService();
            register(folders);
        } catch (IOException e) {
            throw new KernelException("the plugin folders cannot be watched: " + e.getMessage(), e);
        }
    }

    void start() {
        thread.start();
    }

    /** Waits for the thread: a change that has begun is carried out. It is not interrupted, since that closes files. */
    @Override
    public void close() {
        try {
            service.close();
            if (thread.isAlive() && !thread.join(JOIN)) {
                LOG.warn("a plugin that is being taken in or out does not come to an end");
            }
        } catch (IOException e) {
            LOG.debug("closing the watch of the plugin folders", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void register(List<Path> folders) throws IOException {
        try {
            for (Path folder : folders) {
                if (Files.isDirectory(folder)) {
                    folder.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE);
                }
            }
        } catch (IOException e) {
            service.close();
            throw e;
        }
    }

    private void run() {
        boolean pending = false;
        long due = 0;
        try {
            while (true) {
                WatchKey key = pending
                        ? service.poll(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)
                        : service.take();
                if (key != null) {
                    if (key.pollEvents().stream().anyMatch(FolderWatch::concernsJars)) {
                        pending = true;
                        due = System.nanoTime() + DEBOUNCE_NANOS;
                    }
                    key.reset();
                }
                if (pending && System.nanoTime() - due >= 0) {
                    pending = false;
                    tell();
                }
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("the plugin folders are no longer watched");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Events that were lost have no context, and may have been of jars. */
    private static boolean concernsJars(WatchEvent<?> event) {
        return !(event.context() instanceof Path file) || JarFolders.isJar(file);
    }

    private void tell() {
        try {
            changed.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("a change of the plugin folders could not be taken up: {}", e.toString());
            LOG.debug("the failure", e);
        }
    }
}
