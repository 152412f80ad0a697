package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunResult;
import dev.dafl.host.Interruption;
import dev.dafl.host.slurm.SlurmLauncher;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs one experiment as a job of Slurm and follows it, as if it ran here.
 *
 * @param only the run of a matrix that is meant, where the file is one
 */
record RunJob(
        DaflCommand dafl,
        RunReporting reporting,
        LauncherConfig.Slurm slurm,
        boolean detach,
        ConfigFile file,
        Optional<String> only) {

    private static final String FILE = "experiment.yaml";

    /** Gives the exit code. */
    int run(Experiment experiment, Path folder, RunControl control, Interruption interruption) throws IOException {
        Path copy = Artefact.jobs(folder).resolve(FILE);
        SlurmLauncher launcher =
                new SlurmLauncher(slurm, experiment.config().name(), command(dafl, copy), only.isPresent(), this::say);
        if (launcher.underWay(folder).isEmpty()) {
            // What is run is the file as it is now, whenever its job begins.
            Files.createDirectories(copy.getParent());
            WholeFile.write(copy, file.yaml());
        }
        Row row = new Row(experiment.config().name(), folder, experiment);
        Launch launched;
        try {
            launched = launcher.launch(folder, List.of(row));
        } catch (IOException | RuntimeException e) {
            takeAway(copy, folder);
            throw e;
        }
        try (Launch launch = launched;
                var _ = launch.cancelledBy(control)) {
            if (detach) {
                launch.states().forEach((run, state) -> reporting.note("the job of " + run + " " + state.words()));
                reporting.note("follow it by the same command with --out " + folder + " and without --detach");
                return 0;
            }
            return reporting.run(
                    listener -> {
                        launch.follow(row, listener);
                        return result(folder, control);
                    },
                    interruption);
        }
    }

    /** What was not submitted leaves nothing behind. */
    private static void takeAway(Path copy, Path folder) throws IOException {
        Path jobs = Artefact.jobs(folder);
        try (Stream<Path> kept = Files.list(jobs)) {
            if (kept.anyMatch(file -> !file.equals(copy))) {
                return;
            }
        }
        Files.deleteIfExists(copy);
        deleteEmpty(jobs);
        deleteEmpty(folder);
    }

    private static void deleteEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // It holds what was there before.
        }
    }

    private static RunResult result(Path folder, RunControl control) throws IOException {
        return RunResult.read(folder).orElseThrow(() -> {
            if (control.requested()) {
                return new InterruptedRunException();
            }
            return new IllegalStateException("the job is over, and there is no result in " + folder);
        });
    }

    private void say(String run, String words) {
        reporting.note(words);
    }

    /** How a job runs a row of a file; what only the row knows is put behind it. */
    static List<String> command(DaflCommand dafl, Path file) {
        List<String> command = new ArrayList<>(
                Main.PROGRAM.command("run", file.toAbsolutePath().toString(), "--job", "--events"));
        command.addAll(dafl.globalArguments());
        return command;
    }
}
