package dev.dafl.engine.run;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The folder that one run writes, locked until it is closed: nobody else writes it meanwhile. What it holds are
 * {@linkplain Artefact artefacts}.
 */
public final class RunFolder implements AutoCloseable {

    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;

    private final Path path;
    private final FolderLock lock;
    private final boolean begun;

    private RunFolder(Path path, FolderLock lock, boolean begun) {
        this.path = path;
        this.lock = lock;
        this.begun = begun;
    }

    /** {@code runs/NAME/ID}, new, where the id is the time of the start; {@code runs/latest} leads there from now on. */
    public static RunFolder below(Path runs, String name) throws IOException {
        Path parent = runs.resolve(name);
        String id = LocalDateTime.now().format(ID);
        try {
            LatestLink.makeRoom(runs, name);
            Files.createDirectories(parent);
            for (int i = 1; ; i++) {
                try {
                    Path folder = Files.createDirectory(parent.resolve(i == 1 ? id : id + "-" + i));
                    RunFolder made = new RunFolder(folder, FolderLock.of(folder), false);
                    LatestLink.point(runs, folder);
                    return made;
                } catch (FileAlreadyExistsException e) {
                    // Two runs began in one second: the next number is free.
                    if (i == 1000) {
                        throw e;
                    }
                }
            }
        } catch (FileSystemException e) {
            throw new IOException("cannot make a run folder in " + parent + ": " + Reason.of(e), e);
        }
    }

    /** A folder as {@link #below} makes it, empty and not locked, for a process that is to begin a run in it. */
    public static Path reserve(Path runs, String name) throws IOException {
        try (RunFolder reserved = below(runs, name)) {
            return reserved.path();
        }
    }

    /**
     * This very folder, which must be empty or not there yet, but for what a process that was killed in its first moments has
     * left.
     *
     * @throws ConfigException when another process writes it
     * @throws IOException when it holds something or cannot be written
     */
    public static RunFolder at(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            throw new IOException("cannot write the run folder " + folder + ": " + Reason.of(e), e);
        }
        FolderLock lock = FolderLock.of(folder);
        try {
            requireUnused(folder);
            clean(folder);
            return new RunFolder(folder, lock, false);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * The folder of a run that is begun there, or goes on there. A process that is just ending may still hold it: it is given a
     * moment.
     *
     * @throws ConfigException when another process writes it
     */
    public static RunFolder of(Path folder) throws IOException {
        for (long end = System.nanoTime() + PATIENCE_NANOS;
                FolderLock.isHeld(folder) && System.nanoTime() < end;
                LockSupport.parkNanos(LOOK_NANOS)) {
            // A matrix that was killed and started again meets the processes of its runs, which save what they have.
        }
        return Files.isRegularFile(Artefact.CONFIG.in(folder)) ? reopen(folder) : at(folder);
    }

    /**
     * A folder in which a run was begun, to go on with it. Its result and report, if any, are taken away: they are of a run
     * that did not come to its end.
     *
     * @throws ConfigException when another process writes it, or no run was begun in it
     */
    public static RunFolder reopen(Path folder) throws IOException {
        if (!Files.isRegularFile(Artefact.CONFIG.in(folder))) {
            throw new ConfigException(
                    folder + " holds no run that could be resumed: there is no " + Artefact.CONFIG.file());
        }
        FolderLock lock = FolderLock.of(folder);
        try {
            clean(folder);
            Files.deleteIfExists(Artefact.RESULT.in(folder));
            Files.deleteIfExists(Artefact.REPORT.in(folder));
            return new RunFolder(folder, lock, true);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * A folder in which a run was begun that could not be ended, for another to begin in it: its checkpoints and kept images go.
     *
     * @throws ConfigException when another process writes it, or no run was begun in it
     */
    public static RunFolder anew(Path folder) throws IOException {
        RunFolder before = reopen(folder);
        try {
            new Checkpoints(folder, 1).delete();
            return new RunFolder(folder, before.lock, false);
        } catch (IOException | RuntimeException e) {
            before.close();
            throw e;
        }
    }

    /**
     * Copies what going on with a run takes into another folder: its configuration, teacher, checkpoints, kept images and metrics.
     *
     * @param from a run folder that nobody writes meanwhile
     * @param to an empty folder
     */
    public static void copyBegun(Path from, Path to) throws IOException {
        for (String name : names(from)) {
            if (Artefact.isToGoOn(name)) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }

    /**
     * Takes away what a process has left that was killed between the result of a complete run and its own end.
     *
     * @throws ConfigException when another process writes the folder
     */
    public static void tidy(Path folder) throws IOException {
        FolderLock lock = FolderLock.of(folder);
        try {
            clean(folder);
            new Checkpoints(folder, 1).delete();
        } finally {
            lock.close();
        }
    }

    private static void requireUnused(Path folder) throws IOException {
        List<String> names = names(folder);
        if (names.contains(Artefact.CONFIG.file())) {
            throw new IOException(folder + " is not empty: it holds a run"
                    + (names.contains(Artefact.RESULT.file())
                            ? "; a run wants a folder of its own"
                            : " that did not come to its end; go on with it by: dafl resume " + folder));
        }
        if (!names.stream()
                .allMatch(name -> name.equals(Artefact.LOCK.file())
                        || Artefact.isLeftover(name)
                        || Artefact.isOfALauncher(name))) {
            throw new IOException(folder + " is not empty; a run wants a folder of its own");
        }
    }

    /** Takes away what a process that was killed has left half-written. */
    private static void clean(Path folder) throws IOException {
        for (String name : names(folder)) {
            if (Artefact.isLeftover(name)) {
                Files.deleteIfExists(folder.resolve(name));
            }
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    public Path path() {
        return path;
    }

    /** Whether a run was begun here before. */
    public boolean begun() {
        return begun;
    }

    public void text(Artefact file, String content) throws IOException {
        WholeFile.write(file.in(path), content);
    }

    public void weights(Artefact file, Parameters parameters, Map<String, String> metadata) throws IOException {
        tensors(file, parameters.stateDict(), metadata);
    }

    public void tensors(Artefact name, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Path file = name.in(path);
        try {
            Safetensors.write(file, tensors, metadata);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
