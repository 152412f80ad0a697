package dev.dafl.cli;

import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.tools.ExportTargets;
import dev.dafl.engine.tools.WeightsExport;
import dev.dafl.host.PluginHost;
import dev.dafl.onnx.export.InputForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description =
                "Writes the network of a weights file for other programs: as an ONNX graph, as a PyTorch state dict or module, as"
                        + " Java.")
final class ExportCommand implements Callable<Integer> {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "WEIGHTS", description = "A safetensors file, such as runs/NAME/TIME/student.safetensors.")
    private Path weights;

    @Option(names = "--onnx", paramLabel = "FILE", description = "Write the network as an ONNX graph to this file.")
    private Optional<Path> onnx;

    @Option(
            names = "--with-input",
            paramLabel = "FORM",
            converter = InputFormConverter.class,
            description =
                    "What images the graph takes: uint8 (0 to 255) or 0..1, which it normalises itself, or normalised, as"
                            + " the network takes them; normalised.")
    private InputForm form = InputForm.NORMALISED;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "The graph takes exactly N images at once; any number else.")
    private Optional<Long> batch;

    @Option(
            names = "--pt",
            paramLabel = "FILE",
            description = "Write the weights as a state dict to this file, for torch.load(FILE, weights_only=True).")
    private Optional<Path> pt;

    @Option(
            names = "--pytorch",
            paramLabel = "FILE",
            description = "Write a module of PyTorch in Python to this file, into which the weights file is loaded.")
    private Optional<Path> pytorch;

    @Option(names = "--java", description = "Print a Java program that says what a picture shows.")
    private boolean java;

    @Option(names = "--force", description = "Write over files that are there.")
    private boolean force;

    @Option(
            names = "--config",
            paramLabel = "CONFIG",
            description =
                    "An experiment whose data and teacher say what the weights are of; needed for files that dafl did"
                            + " not write.")
    private Optional<Path> config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a value, such as --set data.root=DIR.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--json", description = "Standard output is what was written as JSON and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (PluginHost plugins = dafl.plugins()) {
            dafl.warnOfBroken(plugins);
            ConsoleProgress progress = new ConsoleProgress(spec.commandLine().getErr());
            WeightsExport result = WeightsExport.of(
                    weights,
                    new ExportTargets(
                            onnx,
                            form,
                            batch.map(OptionalLong::of).orElse(OptionalLong.empty()),
                            pt,
                            pytorch,
                            java,
                            force),
                    config,
                    overrides,
                    plugins,
                    DaflCommand.cache(),
                    progress);
            progress.end();
            if (json) {
                out.println(ResultJson.of(result));
            } else {
                print(out, result);
            }
            out.flush();
            return 0;
        }
    }

    private static void print(PrintWriter out, WeightsExport result) {
        result.onnx()
                .ifPresent(graph -> out.printf(
                        Locale.ROOT,
                        "%s: ONNX, opset %d, %s; takes %s (%s); gives %s%n",
                        graph.file(),
                        graph.opset(),
                        Sizes.words(graph.bytes()),
                        graph.input(),
                        graph.withInput(),
                        graph.output()));
        result.pt()
                .ifPresent(dict -> out.printf(
                        Locale.ROOT,
                        "%s: PyTorch state dict, %d tensors, %s%n",
                        dict.file(),
                        dict.tensors(),
                        Sizes.words(dict.bytes())));
        result.pytorch()
                .ifPresent(module -> out.printf(
                        Locale.ROOT,
                        "%s: PyTorch module for a state dict of %d tensors, %s%n",
                        module.file(),
                        module.tensors(),
                        Sizes.words(module.bytes())));
        result.java().ifPresent(out::print);
    }
}
