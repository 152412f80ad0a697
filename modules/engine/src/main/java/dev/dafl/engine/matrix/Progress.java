package dev.dafl.engine.matrix;

import dev.dafl.engine.config.MatrixFile;
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
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
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
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A matrix under way: what of it is done, and the table, which is written after every run. */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    /** How the run of a number is run. */
    @FunctionalInterface
    interface Way {

        void run(int number, RunListener listener) throws IOException;
    }

    private final MatrixFile file;
    private final Path folder;
    private final Cancellation cancellation;
    private final Matrix.Listener listener;
    private final SortedMap<Integer, MatrixRun> results = new TreeMap<>();
    private final Set<Integer> doneBefore;
    private boolean stopped;

    /** @param before what was done before, by number; it stands in the table at once */
    Progress(
            MatrixFile file,
            Path folder,
            List<Optional<MatrixRun>> before,
            Cancellation cancellation,
            Matrix.Listener listener)
            throws IOException {
        this.file = file;
        this.folder = folder;
        this.cancellation = cancellation;
        this.listener = listener;
        for (int number = 0; number < before.size(); number++) {
            if (before.get(number).isPresent()) {
                results.put(number, before.get(number).get());
            }
        }
        doneBefore = Set.copyOf(results.keySet());
        if (!results.isEmpty()) {
            write(List.copyOf(results.values()));
        }
    }

    /** Runs all, so many at a time. */
    MatrixTable all(int sideBySide, ThreadFactory threadsOf, Way way) throws IOException {
        List<Future<?>> begun = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(sideBySide, threadsOf)) {
            for (int i = 0; i < file.runs().size(); i++) {
                int number = i;
                begun.add(threads.submit(() -> one(number, way)));
            }
        }
        for (Future<?> run : begun) {
            await(run);
        }
        return table();
    }

    private Void one(int number, Way way) throws IOException {
        Optional<RunListener> runListener = begin(number);
        if (runListener.isEmpty()) {
            return null;
        }
        end(number, result(number, runListener.get(), way), cancellation.requested());
        return null;
    }

    private MatrixRun result(int number, RunListener runListener, Way way) {
        MatrixFile.Run run = file.runs().get(number);
        Path runFolder = folder.resolve(run.name());
        try {
            way.run(number, runListener);
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
    synchronized Optional<Integer> chosenThreads() {
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
            listener.skipped(name, number + 1, file.runs().size());
            return Optional.empty();
        }
        return Optional.of(listener.begins(name, number + 1, file.runs().size()));
    }

    private synchronized void tellFailed(MatrixFile.Run run, String reason) {
        listener.failed(run.name(), reason);
    }

    private synchronized void end(int number, MatrixRun result, boolean interrupted) throws IOException {
        results.put(number, result);
        // A table that cannot be written ends the matrix too.
        boolean last = stopped || interrupted;
        stopped = true;
        write(List.copyOf(results.values()));
        stopped = last;
    }

    private synchronized MatrixTable table() {
        return table(List.copyOf(results.values()));
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

    private MatrixTable table(List<MatrixRun> results) {
        return MatrixTable.of(
                file.name(),
                file.runs().stream()
                        .map(run -> new MatrixTable.Planned(
                                run.labels(), run.file().config().reference()))
                        .toList(),
                results);
    }

    private void write(List<MatrixRun> results) throws IOException {
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
}
