package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.Readiness;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.host.PluginHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Does all that a run does before its first step, and writes nothing: whether an experiment can begin.")
final class CheckCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", description = "An experiment or a matrix of experiments.")
    private Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a value, as of dafl run.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--no-time", description = "Takes no steps to tell how long a run takes, and tells it not.")
    private boolean untimed;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ConsoleProgress progress = new ConsoleProgress(spec.commandLine().getErr());
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            List<Experiment> experiments = switch (ConfigFile.read(config, overrides)) {
                case MatrixFile matrix -> Matrix.prepare(matrix, plugins).experiments();
                case ExperimentFile experiment -> List.of(Experiment.prepare(experiment, plugins));
            };
            List<Readiness> ready = new ArrayList<>();
            for (Experiment experiment : experiments) {
                Readiness one = untimed
                        ? experiment.check(DaflCommand.cache(), progress)
                        : experiment.checkAndTime(DaflCommand.cache(), progress);
                ready.add(one);
                progress.end();
                if (!json) {
                    print(out, one);
                }
            }
            if (json) {
                out.println(ResultJson.of(Map.of("experiments", ready)));
            }
            out.flush();
            return 0;
        }
    }

    private static void print(PrintWriter out, Readiness ready) {
        out.printf(
                "%s can begin: images of %s, %d classes (%s)%n",
                ready.config().name(),
                ready.task().shape(),
                ready.task().classes(),
                ready.task().source());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "network", "parameters", "multiply-adds"));
        ready.parts()
                .forEach(part -> rows.add(List.of(
                        part.role(),
                        part.model(),
                        String.format(Locale.ROOT, "%,d", part.parameters()),
                        String.format(Locale.ROOT, "%,d", part.multiplyAdds()))));
        Columns.print(out, rows);
        ready.memory().ifPresent(bytes -> out.println("a step takes about " + Sizes.words(bytes) + " of memory"));
        ready.time().ifPresent(time -> out.println(RunTimes.words(time)));
        if (!ready.test()) {
            out.println("nothing is measured but the agreement of student and teacher: there are no test images"
                    + " (test: {dataset: NAME} names some)");
        }
    }
}
