package dev.dafl.cli.kit;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when the sources of a project change: all below {@code src}, and some files. Events within a moment are one change. */
final class SourceWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
    private static final long DEBOUNCE_MILLIS = Duration.ofMillis(200).toMillis();

    private final WatchService service = FileSystems.getDefault().newWatchService();
    private final Map<WatchKey, Path> watched = new HashMap<>();
    private final Path sources;
    private final Set<Path> files;
    private final Runnable changed;

    /**
     * Begins to listen.
     *
     * @param folder of the project
     * @param files that count besides its sources; need not be in it, nor there
     * @param changed is called in a thread of its own
     */
    SourceWatch(Path folder, List<Path> files, Runnable changed) throws IOException {
        this.sources = folder.resolve("src").toAbsolutePath().normalize();
        this.files =
                files.stream().map(file -> file.toAbsolutePath().normalize()).collect(Collectors.toUnmodifiableSet());
        this.changed = changed;
        try {
            registerAll(sources);
            for (Path parent : this.files.stream().map(Path::getParent).collect(Collectors.toSet())) {
                if (parent != null && Files.isDirectory(parent)) {
                    register(parent);
                }
            }
        } catch (IOException e) {
            service.close();
            throw new IOException("the sources in " + folder + " cannot be watched: " + e.getMessage(), e);
        }
        Thread.ofPlatform().daemon().name("dafl-sources").start(this::watch);
    }

    @Override
    public void close() throws IOException {
        service.close();
    }

    private void registerAll(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> folders = Files.walk(folder)) {
                for (Path each : folders.filter(Files::isDirectory).toList()) {
                    register(each);
                }
            }
        }
    }

    private void register(Path folder) throws IOException {
        watched.put(
                folder.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE),
                folder);
    }

    private void watch() {
        try {
            boolean pending = false;
            while (true) {
                WatchKey key = pending ? service.poll(DEBOUNCE_MILLIS, TimeUnit.MILLISECONDS) : service.take();
                if (key == null) {
                    pending = false;
                    changed.run();
                } else {
                    pending |= concerns(key);
                    key.reset();
                }
            }
        } catch (ClosedWatchServiceException e) {
            LOG.debug("the sources are no longer watched");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("changes are no longer seen: {}", e.getMessage());
        }
    }

    private boolean concerns(WatchKey key) throws IOException {
        boolean any = false;
        for (WatchEvent<?> event : key.pollEvents()) {
            any |= concerns(watched.get(key), event);
        }
        return any;
    }

    /** Events that were lost have no context, and may have been of sources. */
    private boolean concerns(@Nullable Path folder, WatchEvent<?> event) throws IOException {
        if (folder == null || !(event.context() instanceof Path name)) {
            return true;
        }
        Path file = folder.resolve(name);
        if (!file.startsWith(sources)) {
            return files.contains(file);
        }
        if (event.kind() == StandardWatchEventKinds.ENTRY_CREATE) {
            registerAll(file);
        }
        // What editors write beside a file is none.
        return !name.toString().startsWith(".") && !name.toString().endsWith("~");
    }
}
