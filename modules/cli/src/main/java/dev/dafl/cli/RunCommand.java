package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Matrix;
import dev.dafl.engine.MatrixTable;
import dev.dafl.engine.ResultJson;
import dev.dafl.engine.RunFolder;
import dev.dafl.engine.RunListener;
import dev.dafl.engine.RunResult;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.MatrixFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    @Parameters(
            paramLabel = "CONFIG",
            description = "The experiment, or a matrix of them: a YAML file such as configs/quickstart.yaml.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a value of the file, such as --set teacher.epochs=3; may be given several times.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The run folder itself; else runs/NAME/TIME, of a matrix runs/NAME.")
    private Optional<Path> out;

    @Option(names = "--json", description = "Standard output is the result as JSON and nothing else.")
    private boolean json;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            converter = CountConverter.class,
            description =
                    "How many runs of a matrix go side by side, each in a process of its own; ${DEFAULT-VALUE}. They"
                            + " share the cores, unless the file sets threads.")
    private int jobs;

    /** The one run of a matrix that this process is for. */
    @Option(names = "--run", paramLabel = "NAME", hidden = true)
    private Optional<String> only;

    /** Of such a run: the process that started it, after whose end nobody wants it any more. */
    @Option(names = "--parent", paramLabel = "PID", hidden = true)
    private Optional<Long> parent;

    @Override
    public Integer call() throws IOException {
        parent.ifPresent(RunCommand::endWith);
        Optional<MatrixFile> matrix = MatrixFile.read(config, overrides);
        try (PluginHost plugins = dafl.plugins();
                Interruption interruption = new Interruption()) {
            plugins.warnOfBroken(spec.commandLine().getErr());
            if (only.isPresent()) {
                return runOne(Experiment.prepare(matrix.orElseThrow().run(only.get()), plugins), interruption);
            }
            return matrix.isPresent()
                    ? runMatrix(Matrix.prepare(matrix.get(), plugins), interruption)
                    : runOne(Experiment.prepare(ExperimentFile.read(config, overrides), plugins), interruption);
        }
    }

    /** Ends this process when that one ends, or at once where it has ended already. */
    private static void endWith(long pid) {
        ProcessHandle.of(pid)
                .ifPresentOrElse(
                        process -> {
                            var _ = process.onExit().thenRun(() -> Interruption.exit(Failures.FAILED));
                        },
                        () -> Interruption.exit(Failures.FAILED));
    }

    private int runOne(Experiment experiment, Interruption interruption) throws IOException {
        String name = experiment.config().name();
        ConsoleProgress progress = new ConsoleProgress(spec.commandLine().getErr(), interruption::requested);
        RunResult result;
        try {
            result = experiment.run(
                    () -> out.isPresent() ? RunFolder.at(out.get()) : RunFolder.below(RUNS, name),
                    DaflCommand.cache(),
                    progress);
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

    /** For the processes of a matrix. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(dafl.globalArguments());
        arguments.add(config.toString());
        overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    private static void here(Experiment experiment, Path folder, RunListener listener) throws IOException {
        experiment.run(() -> RunFolder.at(folder), DaflCommand.cache(), listener);
        // The images that a run reads go where only a full collection looks, and the heap would sooner grow to its
        // limit.
        System.gc();
    }

    private int runMatrix(Matrix matrix, Interruption interruption) throws IOException {
        Path folder = out.orElse(RUNS.resolve(matrix.name()));
        MatrixProgress progress = new MatrixProgress(spec.commandLine().getErr(), interruption::requested);
        MatrixTable table = matrix.run(
                folder,
                jobs,
                jobs == 1
                        ? RunCommand::here
                        : new RunProcess(
                                arguments(), Math.max(1, Runtime.getRuntime().availableProcessors() / jobs), progress),
                progress);
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(ResultJson.of(table));
        } else {
            stdout.print(table.text());
            stdout.println("everything is in " + folder);
        }
        stdout.flush();
        return table.whole() ? 0 : Failures.FAILED;
    }
}
