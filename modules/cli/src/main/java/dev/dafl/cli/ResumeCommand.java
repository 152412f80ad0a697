package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.SavedRun;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.host.Interruption;
import dev.dafl.host.PluginHost;
import dev.dafl.host.ranks.Crew;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "resume",
        description = "Goes on with a run that was interrupted, killed or failed, from its newest checkpoint.")
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Mixin
    private RunReporting reporting;

    @Parameters(paramLabel = "RUN", description = "A run folder, such as runs/NAME/TIME, or that of a matrix.")
    private Path folder;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description = "Of a matrix: how many runs go side by side; ${DEFAULT-VALUE}.")
    private int jobs;

    @Mixin
    private LaunchOptions launching;

    @Mixin
    private ParentProcess parent;

    @Override
    public Integer call() throws IOException {
        RunControl control = new RunControl(Shell.line("resume", List.of(folder.toString())));
        Optional<Crew> crew = Crew.join(System.getenv());
        if (crew.isPresent()) {
            return new CrewRun(crew.get(), dafl, reporting).run(new Together(), control);
        }
        try (PluginHost plugins = dafl.plugins();
                Interruption interruption = dafl.interruption(control, plugins)) {
            parent.endsWith(interruption, control);
            dafl.warnOfBroken(plugins);
            Path matrixFile = folder.resolve(Matrix.FILE);
            if (Files.isRegularFile(matrixFile) && ConfigFile.read(matrixFile, Map.of()) instanceof MatrixFile file) {
                Matrix matrix = Matrix.prepare(file, plugins);
                return new MatrixRunner(
                                dafl,
                                List.of(matrixFile.toString()),
                                jobs,
                                launching.slurm(file),
                                launching.detach(),
                                reporting)
                        .run(matrix, folder, control, interruption);
            }
            SavedRun run = SavedRun.in(folder);
            if (run.state() == SavedRun.State.COMPLETED) {
                run.tidy();
                reporting.err().println(Failures.PREFIX + folder + " is complete; there is nothing to resume");
                return 0;
            }
            return reporting.run(run.toResume(plugins), run::reopen, control, interruption);
        }
    }

    /** A single run in several processes: a matrix is no experiment that they could train together. */
    private final class Together implements CrewRun.Asked {

        @Override
        public Experiment prepared(PluginHost plugins) throws IOException {
            SavedRun run = SavedRun.in(folder);
            if (run.state() == SavedRun.State.COMPLETED) {
                throw new ConfigException(folder + " is complete; there is nothing to resume");
            }
            return run.toResume(plugins);
        }

        @Override
        public Experiment.FolderTarget target(Experiment experiment) {
            return () -> RunFolder.reopen(folder);
        }

        @Override
        public Optional<Path> begun() {
            return Optional.of(folder);
        }
    }
}
