package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.host.Interruption;
import dev.dafl.host.RunProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a matrix for the user.
 *
 * @param arguments by which a process of one run finds the same matrix
 * @param jobs how many runs go side by side
 */
record MatrixRunner(DaflCommand dafl, List<String> arguments, int jobs, RunReporting reporting) {

    /** Gives the exit code. */
    int run(Matrix matrix, Path folder, RunControl control, Interruption interruption) throws IOException {
        if (reporting.events()) {
            throw new ConfigException("--events tells of one run, and this is a matrix; each of its runs has its own"
                    + " metrics.jsonl, and --json gives the table");
        }
        MatrixProgress progress = new MatrixProgress(reporting.err(), jobs > 1);
        MatrixTable table;
        try (Heartbeat _ = Heartbeat.of(progress::tick)) {
            table = matrix.run(folder, jobs, worker(control, progress), control, progress);
        }
        if (reporting.json()) {
            reporting.out().println(ResultJson.of(table));
        } else {
            reporting.out().print(table.text());
            Summary.places(reporting.out(), folder);
        }
        reporting.out().flush();
        return interruption.exitCode().orElse(table.whole() ? 0 : Failures.FAILED);
    }

    private Matrix.Worker worker(RunControl control, MatrixProgress progress) {
        if (jobs == 1) {
            return (experiment, folder, listener) -> here(experiment, folder, control, listener);
        }
        List<String> all = new ArrayList<>(dafl.globalArguments());
        all.addAll(arguments);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
        return new RunProcess(Main.PROGRAM, all, threads, control, progress::stray);
    }

    private static void here(Experiment experiment, Path folder, RunControl control, RunListener listener)
            throws IOException {
        experiment.run(() -> RunFolder.of(folder), DaflCommand.cache(), control, listener);
        // The images that a run reads go where only a full collection looks, and the heap would sooner grow to its
        // limit.
        System.gc();
    }
}
