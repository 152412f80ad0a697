package dev.dafl.engine.matrix;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.report.Report;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.Comparison;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.MatrixRun;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Environment;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the experiments of a matrix, one or some at a time, into a folder with a folder for each. What is done already is not
 * done again, so a matrix that was killed goes on with what was left; a run that fails does not keep the others from running.
 * The table is written after every run.
 */
public final class Matrix {

    private static final Logger LOG = LoggerFactory.getLogger(Matrix.class);

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
            return runLocked(folder, jobs, worker, cancellation, listener);
        }
    }

    private MatrixTable runLocked(Path folder, int jobs, Worker worker, Cancellation cancellation, Listener listener)
            throws IOException {
        List<Optional<MatrixRun>> before = new ArrayList<>();
        for (int number = 0; number < experiments.size(); number++) {
            MatrixFile.Run run = file.runs().get(number);
            Experiment experiment = experiments.get(number);
            Path runFolder = folder.resolve(run.name());
            Optional<MatrixRun> done = done(run, experiment, runFolder);
            if (done.isEmpty() && begun(experiment, runFolder).isEmpty()) {
                Remains.in(runFolder, run.name());
            }
            before.add(done);
        }
        WholeFile.write(folder.resolve(FILE), file.yaml());
        Progress progress = new Progress(folder, before, worker, cancellation, listener);
        List<Future<?>> begun = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
            for (int i = 0; i < experiments.size(); i++) {
                int number = i;
                begun.add(threads.submit(() -> progress.one(number)));
            }
        }
        for (Future<?> run : begun) {
            await(run);
        }
        return progress.table();
    }

    private static void await(Future<?> run) throws IOException {
        try {
            run.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the matrix was interrupted", e);
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause(), "what the run threw")) {
                case IOException io -> throw io;
                case RuntimeException runtime -> throw runtime;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** A matrix under way. */
    private final class Progress {

        private final Path folder;
        private final Worker worker;
        private final Cancellation cancellation;
        private final Listener listener;
        private final SortedMap<Integer, MatrixRun> results = new TreeMap<>();
        private final Set<Integer> doneBefore;
        private boolean stopped;

        Progress(
                Path folder,
                List<Optional<MatrixRun>> before,
                Worker worker,
                Cancellation cancellation,
                Listener listener)
                throws IOException {
            this.folder = folder;
            this.worker = worker;
            this.cancellation = cancellation;
            this.listener = listener;
            for (int number = 0; number < before.size(); number++) {
                if (before.get(number).isPresent()) {
                    results.put(number, before.get(number).get());
                }
            }
            doneBefore = Set.copyOf(results.keySet());
            if (!results.isEmpty()) {
                write(folder, List.copyOf(results.values()));
            }
        }

        Void one(int number) throws IOException {
            Optional<RunListener> runListener = begin(number);
            if (runListener.isEmpty()) {
                return null;
            }
            end(number, result(number, runListener.get()), cancellation.requested());
            return null;
        }

        private MatrixRun result(int number, RunListener runListener) {
            MatrixFile.Run run = file.runs().get(number);
            Path runFolder = folder.resolve(run.name());
            try {
                worker.run(toRun(number, runFolder, chosenThreads()), runFolder, runListener);
                Optional<RunResult> left = RunResult.read(runFolder);
                if (left.isEmpty() && cancellation.requested()) {
                    return withoutBeginning(run);
                }
                return MatrixRun.of(
                        run.name(),
                        run.labels(),
                        left.orElseThrow(() -> new IOException("the run has left no result in " + runFolder)));
            } catch (InterruptedRunException _) {
                return withoutBeginning(run);
            } catch (IOException | RuntimeException e) {
                LOG.debug("the run {}", run.name(), e);
                String reason = e.getMessage() == null ? e.toString() : e.getMessage();
                tellFailed(run, reason);
                return MatrixRun.without(run.name(), run.labels(), Status.FAILED, reason);
            }
        }

        private static MatrixRun withoutBeginning(MatrixFile.Run run) {
            return MatrixRun.without(run.name(), run.labels(), Status.INTERRUPTED, "interrupted before it began");
        }

        /** With as many threads as an earlier run has chosen for itself: all are to be compared, and share their teachers. */
        private synchronized Optional<Integer> chosenThreads() {
            return results.values().stream()
                    .flatMap(result -> result.environment().stream())
                    .map(Environment::threads)
                    .findFirst();
        }

        /** Empty where there is nothing to do. */
        private synchronized Optional<RunListener> begin(int number) {
            if (stopped) {
                return Optional.empty();
            }
            String name = file.runs().get(number).name();
            if (doneBefore.contains(number)) {
                listener.skipped(name, number + 1, experiments.size());
                return Optional.empty();
            }
            return Optional.of(listener.begins(name, number + 1, experiments.size()));
        }

        private synchronized void tellFailed(MatrixFile.Run run, String reason) {
            listener.failed(run.name(), reason);
        }

        private synchronized void end(int number, MatrixRun result, boolean interrupted) throws IOException {
            results.put(number, result);
            // A table that cannot be written ends the matrix too.
            boolean last = stopped || interrupted;
            stopped = true;
            write(folder, List.copyOf(results.values()));
            stopped = last;
        }

        synchronized MatrixTable table() {
            return Matrix.this.table(List.copyOf(results.values()));
        }
    }

    private MatrixTable table(List<MatrixRun> results) {
        return MatrixTable.of(
                file.name(),
                file.runs().stream()
                        .map(run -> new MatrixTable.Planned(
                                run.labels(), run.file().config().reference()))
                        .toList(),
                results);
    }

    private void write(Path folder, List<MatrixRun> results) throws IOException {
        MatrixTable table = table(results);
        WholeFile.write(folder.resolve("matrix.json"), ResultJson.of(table) + System.lineSeparator());
        WholeFile.write(folder.resolve("table.md"), table.markdown());
        try {
            // They read what the runs have left, and a damaged file of one run must not end the others.
            WholeFile.write(
                    folder.resolve("table.csv"), Comparison.of(table, folder).csv());
            Report.write(folder);
        } catch (IOException e) {
            LOG.warn("the matrix has no table.csv or report of what is done: {}", e.getMessage());
        }
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
