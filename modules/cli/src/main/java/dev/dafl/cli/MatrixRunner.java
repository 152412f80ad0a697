package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.host.Interruption;
import dev.dafl.host.LocalProcesses;
import dev.dafl.host.slurm.SlurmLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a matrix for the user.
 *
 * @param arguments by which a process of one run finds the same matrix
 * @param jobs how many runs go side by side on this machine
 * @param slurm what jobs of Slurm get; empty for runs on this machine
 * @param detach whether such jobs are left to themselves
 */
record MatrixRunner(
        DaflCommand dafl,
        List<String> arguments,
        int jobs,
        Optional<LauncherConfig.Slurm> slurm,
        boolean detach,
        RunReporting reporting) {

    /** Gives the exit code. */
    int run(Matrix matrix, Path folder, RunControl control, Interruption interruption) throws IOException {
        if (reporting.events()) {
            throw new ConfigException("--events tells of one run, and this is a matrix; each of its runs has its own"
                    + " metrics.jsonl, and --json gives the table");
        }
        MatrixProgress progress = new MatrixProgress(reporting.err(), jobs > 1 || slurm.isPresent());
        if (detach) {
            return detached(matrix, folder, progress);
        }
        MatrixTable table;
        try (Heartbeat _ = Heartbeat.of(progress::tick)) {
            table = table(matrix, folder, control, progress);
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

    private MatrixTable table(Matrix matrix, Path folder, RunControl control, MatrixProgress progress)
            throws IOException {
        if (slurm.isPresent()) {
            return matrix.run(folder, jobsOf(matrix, folder, progress), control, progress);
        }
        if (jobs == 1) {
            return matrix.run(
                    folder,
                    1,
                    (experiment, runFolder, listener) -> here(experiment, runFolder, control, listener),
                    control,
                    progress);
        }
        List<String> all = new ArrayList<>(dafl.globalArguments());
        all.addAll(arguments);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / jobs);
        return matrix.run(
                folder, new LocalProcesses(Main.PROGRAM, all, jobs, threads, progress::stray), control, progress);
    }

    /** The jobs read the matrix out of its folder: its file may have changed until they begin. */
    private SlurmLauncher jobsOf(Matrix matrix, Path folder, MatrixProgress progress) {
        return new SlurmLauncher(
                slurm.orElseThrow(),
                matrix.name(),
                RunJob.command(dafl, folder.resolve(Matrix.FILE)),
                true,
                progress::stray);
    }

    private int detached(Matrix matrix, Path folder, MatrixProgress progress) throws IOException {
        Map<String, RunState> states = matrix.launch(folder, jobsOf(matrix, folder, progress));
        states.forEach((run, state) -> progress.stray(run, state.words()));
        reporting.note(
                states.isEmpty()
                        ? "all runs are done; the same command without --detach prints their table"
                        : Counts.words(states.size(), "run") + " in jobs of Slurm (squeue shows them, and " + folder
                                + " has their logs in _jobs); the same command without --detach follows them");
        return 0;
    }

    private static void here(Experiment experiment, Path folder, RunControl control, RunListener listener)
            throws IOException {
        experiment.run(() -> RunFolder.of(folder), DaflCommand.cache(), control, listener);
        // The images that a run reads go where only a full collection looks, and the heap would sooner grow to its
        // limit.
        System.gc();
    }
}
