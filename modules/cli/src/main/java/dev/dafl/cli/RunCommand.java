package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Matrix;
import dev.dafl.engine.MatrixTable;
import dev.dafl.engine.ResultJson;
import dev.dafl.engine.RunFolder;
import dev.dafl.engine.RunResult;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.MatrixFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "run", description = "Runs an experiment: trains or loads the teacher, distils the student, reports.")
final class RunCommand implements Callable<Integer> {

    private static final Path RUNS = Path.of("runs");

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "The experiment, or a matrix of them: a YAML file such as configs/quickstart.yaml.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a value of the file, such as --set teacher.epochs=3; may be given several times.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--out", paramLabel = "DIR", description = "The run folder itself; else runs/NAME/TIME, of a matrix runs/NAME.")
    private Optional<Path> out;

    @Option(names = "--json", description = "Standard output is the result as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Optional<MatrixFile> matrix = MatrixFile.read(config, overrides);
        try (PluginHost plugins = dafl.plugins(); Interruption interruption = new Interruption()) {
            plugins.warnOfBroken(spec.commandLine().getErr());
            return matrix.isPresent()
                    ? runMatrix(Matrix.prepare(matrix.get(), plugins), interruption)
                    : runOne(Experiment.prepare(ExperimentFile.read(config, overrides), plugins), interruption);
        }
    }

    private int runOne(Experiment experiment, Interruption interruption) throws IOException {
        String name = experiment.config().name();
        ConsoleProgress progress = new ConsoleProgress(spec.commandLine().getErr(), interruption::requested);
        RunResult result;
        try {
            result = experiment.run(
                    () -> out.isPresent() ? RunFolder.at(out.get()) : RunFolder.below(RUNS, name),
                    DaflCommand.cache(), progress);
        } finally {
            progress.end();
        }
        if (json) {
            spec.commandLine().getOut().println(ResultJson.of(result));
        } else {
            Summary.print(spec.commandLine().getOut(), result, progress.folder());
        }
        spec.commandLine().getOut().flush();
        return result.status() == RunResult.Status.COMPLETED ? 0 : Failures.FAILED;
    }

    private int runMatrix(Matrix matrix, Interruption interruption) throws IOException {
        Path folder = out.orElse(RUNS.resolve(matrix.name()));
        MatrixTable table = matrix.run(
                folder, DaflCommand.cache(), new MatrixProgress(spec.commandLine().getErr(), interruption::requested));
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(ResultJson.of(table));
        } else {
            stdout.print(table.text());
            stdout.println("everything is in " + folder);
        }
        stdout.flush();
        boolean whole = !interruption.requested() && table.rows().stream().allMatch(row -> row.failed().isEmpty());
        return whole ? 0 : Failures.FAILED;
    }
}
