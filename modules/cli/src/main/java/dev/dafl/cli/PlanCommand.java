package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigFile;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.LauncherConfig;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.config.MlflowConfig;
import dev.dafl.engine.matrix.Matrix;
import dev.dafl.host.PluginHost;
import dev.dafl.server.api.ApiJson;
import dev.dafl.server.api.Job;
import dev.dafl.server.jobs.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What a server asks a process of a file before it queues it: no data are loaded, and no network is built. */
@Command(name = "plan", hidden = true, description = "Prints the runs that a file asks for.")
final class PlanCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG")
    private Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            Plan plan = switch (ConfigFile.read(config, overrides)) {
                case MatrixFile matrix -> {
                    Matrix.prepare(matrix, plugins);
                    yield new Plan(
                            matrix.name(),
                            Job.Kind.MATRIX,
                            matrix.runs().stream()
                                    .map(run -> planned(
                                            run.name(), run.labels(), run.file().config()))
                                    .toList(),
                            matrix.runs().stream()
                                    .flatMap(run -> told(run.file().config()))
                                    .distinct()
                                    .toList(),
                            cluster(matrix));
                }
                case ExperimentFile experiment -> {
                    Experiment.prepare(experiment, plugins);
                    String name = experiment.config().name();
                    yield new Plan(
                            name,
                            Job.Kind.EXPERIMENT,
                            List.of(planned(name, Map.of(), experiment.config())),
                            told(experiment.config()).toList(),
                            cluster(experiment));
                }
            };
            out.println(ApiJson.write(plan));
            out.flush();
            return 0;
        }
    }

    /** What the file says to a cluster in that one's own words, where it names one. */
    private static Optional<List<String>> cluster(ConfigFile file) {
        return file.launcher().flatMap(launcher -> switch (launcher) {
            case LauncherConfig.Slurm slurm -> Optional.of(slurm.options());
            case LauncherConfig.Local _ -> Optional.empty();
        });
    }

    private static Stream<String> told(ExperimentConfig config) {
        return config.tracking().mlflow().map(MlflowConfig::uri).map(String::valueOf).stream();
    }

    private static Plan.PlannedRun planned(String name, Map<String, String> labels, ExperimentConfig config) {
        return new Plan.PlannedRun(name, labels, config.device(), config.threads(), config.reference());
    }
}
