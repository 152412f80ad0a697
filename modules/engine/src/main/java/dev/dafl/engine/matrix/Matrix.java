package dev.dafl.engine.matrix;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Launcher;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.MatrixRun;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * Runs the experiments of a matrix, one or some at a time, into a folder with a folder for each. What is done already is not
 * done again, so a matrix that was killed goes on with what was left; a run that fails does not keep the others from running.
 * The table is written after every run.
 */
public final class Matrix {

    /** The matrix itself, in its folder. */
    public static final String FILE = "matrix.yaml";

    private final MatrixFile file;
    private final Extensions extensions;
    private final List<Experiment> experiments = new ArrayList<>();

    /** Runs one experiment into its folder; where runs go side by side, called by as many threads. */
    @FunctionalInterface
    public interface Worker {

        /** @throws IOException in one sentence, as the run's reason to have failed */
        void run(Experiment experiment, Path folder, RunListener listener) throws IOException;
    }

    /** Hears how a matrix goes on; one call at a time. */
    public interface Listener {

        /** A run begins: {@code number} from 1 of {@code count}. */
        RunListener begins(String run, int number, int count);

        /** A run was done before. */
        void skipped(String run, int number, int count);

        /** A run failed; the next one follows. */
        void failed(String run, String reason);
    }

    private Matrix(MatrixFile file, Extensions extensions) {
        this.file = file;
        this.extensions = extensions;
    }

    /** @throws ConfigException for plugins that are not there and options that do not fit, in any of the runs */
    public static Matrix prepare(MatrixFile file, Extensions extensions) {
        Matrix matrix = new Matrix(file, extensions);
        for (MatrixFile.Run run : file.runs()) {
            try {
                matrix.experiments.add(Experiment.prepare(run.file(), extensions));
            } catch (ConfigException e) {
                throw e.around("", " (in the run " + run.name() + ")");
            }
        }
        return matrix;
    }

    /** Its experiments, in the order of the file. */
    public List<Experiment> experiments() {
        return List.copyOf(experiments);
    }

    public String name() {
        return file.name();
    }

    /**
     * Runs what is not done yet.
     *
     * @param folder of the matrix; may hold runs of an earlier start
     * @param jobs how many runs go side by side, at least 1
     * @return what came out in the order of the file, also of the runs that were done before; fewer than all where it was
     *     interrupted
     * @throws ConfigException when a folder holds a run of another configuration or what no run has written, or another
     *     process has the matrix under way
     * @throws IOException when the table cannot be written
     */
    public MatrixTable run(Path folder, int jobs, Worker worker, Cancellation cancellation, Listener listener)
            throws IOException {
        return locked(folder, () -> {
            List<Optional<MatrixRun>> before = before(folder, Set.of());
            Progress progress = new Progress(file, folder, before, cancellation, listener);
            return progress.all(jobs, Executors.defaultThreadFactory(), (number, runListener) -> {
                Path runFolder = folder.resolve(file.runs().get(number).name());
                worker.run(toRun(number, runFolder, progress.chosenThreads()), runFolder, runListener);
            });
        });
    }

    /**
     * Launches what is not done yet, and follows it to its end. What an earlier program has launched and is under way is
     * followed too.
     *
     * @return as {@link #run(Path, int, Worker, Cancellation, Listener)}
     * @throws ConfigException as there, and for what the launcher was asked for and there is not
     * @throws IOException when nothing can be launched or the table cannot be written
     */
    public MatrixTable run(Path folder, Launcher launcher, Cancellation cancellation, Listener listener)
            throws IOException {
        return locked(folder, () -> {
            Set<String> underWay = launcher.underWay(folder);
            List<Optional<MatrixRun>> before = before(folder, underWay);
            Progress progress = new Progress(file, folder, before, cancellation, listener);
            Map<Integer, Row> rows = rows(folder, before, underWay, progress.chosenThreads());
            if (rows.isEmpty()) {
                return progress.all(1, Executors.defaultThreadFactory(), (_, _) -> {});
            }
            try (Launch launch = launcher.launch(folder, List.copyOf(rows.values()));
                    var _ = launch.cancelledBy(cancellation)) {
                return progress.all(
                        launch.sideBySide(),
                        Thread.ofVirtual().factory(),
                        (number, runListener) -> launch.follow(Objects.requireNonNull(rows.get(number)), runListener));
            }
        });
    }

    /**
     * Launches what is neither done nor under way, and leaves it to itself.
     *
     * @return how far each is that is not done, by name
     * @throws ConfigException as {@link #run(Path, Launcher, Cancellation, Listener)}
     */
    public Map<String, RunState> launch(Path folder, Launcher launcher) throws IOException {
        return locked(folder, () -> {
            Set<String> underWay = launcher.underWay(folder);
            List<Optional<MatrixRun>> before = before(folder, underWay);
            Map<Integer, Row> rows = rows(folder, before, underWay, Optional.empty());
            if (rows.isEmpty()) {
                return Map.of();
            }
            try (Launch launch = launcher.launch(folder, List.copyOf(rows.values()))) {
                return launch.states();
            }
        });
    }

    /** What is done to the folder of a matrix while nobody else does anything there. */
    @FunctionalInterface
    private interface Locked<T> {

        T run() throws IOException;
    }

    private static <T> T locked(Path folder, Locked<T> work) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException("cannot make the folder " + folder + ": " + Reason.of(e), e);
        }
        try (ProcessLock lock = ProcessLock.on(folder.resolve(".lock"))) {
            if (!lock.tryAcquire()) {
                throw new ConfigException("another run of a matrix goes on in " + folder
                        + "; wait for its end, or name another folder with --out");
            }
            return work.run();
        }
    }

    /** The runs that are to be launched, by their numbers, with their folders made ready. */
    private SortedMap<Integer, Row> rows(
            Path folder, List<Optional<MatrixRun>> before, Set<String> underWay, Optional<Integer> threads)
            throws IOException {
        SortedMap<Integer, Row> rows = new TreeMap<>();
        for (int number = 0; number < before.size(); number++) {
            if (before.get(number).isPresent()) {
                continue;
            }
            String name = file.runs().get(number).name();
            Path runFolder = folder.resolve(name);
            rows.put(
                    number,
                    new Row(
                            name,
                            runFolder,
                            underWay.contains(name) ? experiments.get(number) : toRun(number, runFolder, threads)));
        }
        return rows;
    }

    /**
     * What was done before, by number; writes the matrix into its folder.
     *
     * @param underWay names of runs whose folders belong to others now
     */
    private List<Optional<MatrixRun>> before(Path folder, Set<String> underWay) throws IOException {
        List<Optional<MatrixRun>> before = new ArrayList<>();
        for (int number = 0; number < experiments.size(); number++) {
            MatrixFile.Run run = file.runs().get(number);
            Experiment experiment = experiments.get(number);
            Path runFolder = folder.resolve(run.name());
            Optional<MatrixRun> done = done(run, experiment, runFolder);
            if (done.isEmpty()
                    && !underWay.contains(run.name())
                    && begun(experiment, runFolder).isEmpty()) {
                Remains.in(runFolder, run.name());
            }
            before.add(done);
        }
        WholeFile.write(folder.resolve(FILE), file.yaml());
        return before;
    }

    /** The result of a run that came to its end before. */
    private static Optional<MatrixRun> done(MatrixFile.Run run, Experiment experiment, Path folder) throws IOException {
        Optional<RunResult> found = RunResult.read(folder).filter(result -> result.status() == Status.COMPLETED);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (!experiment.began(SavedRun.in(folder))) {
            throw new ConfigException(
                    folder + " holds a run of another configuration than the matrix has for it; delete it to"
                            + " run it again, or name another folder with --out");
        }
        return Optional.of(MatrixRun.of(run.name(), run.labels(), found.get()));
    }

    /**
     * Whether the run of a name came to its end in a folder before.
     *
     * @throws ConfigException when the folder holds a run of another configuration
     */
    public boolean isDone(String name, Path folder) throws IOException {
        for (int number = 0; number < experiments.size(); number++) {
            MatrixFile.Run run = file.runs().get(number);
            if (run.name().equals(name)) {
                return done(run, experiments.get(number), folder).isPresent();
            }
        }
        return false;
    }

    /** The run of a folder that was begun with the same configuration, and did not come to its end: it goes on. */
    private static Optional<SavedRun> begun(Experiment experiment, Path folder) {
        try {
            return SavedRun.find(folder).filter(experiment::began);
        } catch (ConfigException e) {
            // Not what a run has written: it is looked at as what a run has left.
            return Optional.empty();
        }
    }

    /**
     * The experiment that is to be run in a folder: the one that was begun there, or a new one, for which the folder is made
     * empty.
     *
     * @param threads of a new one whose file leaves them open
     * @throws ConfigException when the folder holds what no run of that name has written, or no run is named so
     */
    public Experiment toRun(String name, Path folder, Optional<Integer> threads) throws IOException {
        for (int number = 0; number < experiments.size(); number++) {
            if (file.runs().get(number).name().equals(name)) {
                return toRun(number, folder, threads);
            }
        }
        throw new ConfigException("the matrix " + file.name() + " has no run " + name);
    }

    private Experiment toRun(int number, Path folder, Optional<Integer> threads) throws IOException {
        MatrixFile.Run run = file.runs().get(number);
        Optional<SavedRun> begun = begun(experiments.get(number), folder);
        if (begun.isPresent()) {
            return begun.get().toResume(extensions);
        }
        Remains.in(folder, run.name()).delete();
        return threads.isPresent() && run.file().config().threads() == 0
                ? Experiment.prepare(run.file().with("threads", threads.get().toString()), extensions)
                : experiments.get(number);
    }
}
