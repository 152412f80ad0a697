package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.spi.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures operators, whole steps and memory on this machine.",
        subcommands = {BenchOpsCommand.class, BenchStepCommand.class, BenchMemoryCommand.class})
final class BenchCommand implements Runnable {

    /** MNIST's, as LeNet-5 takes them. */
    static final ImageShape IMAGES = new ImageShape(1, 32, 32);

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    DaflCommand dafl() {
        return dafl;
    }

    /** The experiment whose steps are measured. */
    static Experiment experiment(PluginHost plugins, Map<String, String> overrides) throws IOException {
        return Experiment.prepare(
                ExperimentFile.parse("bench.yaml", resource("bench.yaml"), overrides, "bench"), plugins);
    }

    static String resource(String name) throws IOException {
        try (InputStream in = BenchCommand.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ops, step or memory");
    }
}
