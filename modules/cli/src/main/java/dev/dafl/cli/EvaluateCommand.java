package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.tools.WeightsEvaluation;
import dev.dafl.host.PluginHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "evaluate", description = "Measures a weights file on test data.")
final class EvaluateCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "WEIGHTS",
            description =
                    "A file of safetensors, such as runs/NAME/TIME/student.safetensors, of PyTorch's torch.save, or of"
                            + " ONNX.")
    private Path weights;

    @Option(
            names = "--config",
            paramLabel = "CONFIG",
            description =
                    "An experiment whose data and teacher say what the weights are of; needed for files that dafl did"
                            + " not write.")
    private Optional<Path> config;

    @Option(
            names = "--test",
            paramLabel = "DATASET",
            description = "What to measure on, such as mnist; else the data that the weights were made with.")
    private Optional<String> test = Optional.empty();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a value, such as --set data.root=DIR.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--json", description = "Standard output is the result as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        test.ifPresent(dataset -> overrides.put("test.dataset", dataset));
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            ConsoleProgress progress = new ConsoleProgress(spec.commandLine().getErr());
            WeightsEvaluation result =
                    WeightsEvaluation.of(weights, config, overrides, plugins, DaflCommand.cache(), progress);
            progress.end();
            if (json) {
                out.println(ResultJson.of(result));
            } else {
                out.printf(
                        Locale.ROOT,
                        "%s: %s, %.2f %% of %,d test images of %s, %,d parameters%n",
                        weights,
                        result.model(),
                        100 * result.accuracy(),
                        result.images(),
                        result.dataset(),
                        result.parameters());
            }
            out.flush();
            return 0;
        }
    }
}
