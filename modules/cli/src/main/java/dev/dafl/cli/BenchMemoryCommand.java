package dev.dafl.cli;

import dev.dafl.benchmarks.JointStep;
import dev.dafl.benchmarks.ProcessMemory;
import dev.dafl.host.PluginHost;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "memory",
        description =
                "Shows live tensor handles, resident memory and the native heap along a joint DAFL run on MNIST's shapes.")
final class BenchMemoryCommand implements Callable<Integer> {

    private static final Set<Long> LOOKS = Set.of(10L, 100L, 200L, 500L, 1000L, 2000L, 5000L, 10_000L);

    @ParentCommand
    private BenchCommand bench;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Images a step; ${DEFAULT-VALUE}.")
    private int batch = 64;

    @Option(names = "--precision", paramLabel = "P", description = "fp32, bf16, auto; ${DEFAULT-VALUE}.")
    private String precision = "auto";

    @Option(
            names = "--replay",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Steps on remembered images after each; none unless you ask.")
    private Integer replay;

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Length of the run; ${DEFAULT-VALUE}.")
    private int steps = 2000;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%8s %14s %14s %14s%n", "step", "live tensors", "resident MB", "heap MB");
        try (PluginHost plugins = bench.dafl().plugins()) {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "precision",
                    precision,
                    "distillation.batch",
                    Integer.toString(batch),
                    "distillation.schedule.steps",
                    Integer.toString(steps + 1),
                    "distillation.log-every",
                    "20",
                    "distillation.select-every",
                    "100"));
            if (replay != null) {
                settings.put("distillation.replay", "{steps: " + replay + ", batches: 128}");
            }
            JointStep step = JointStep.with(settings, plugins);
            step.run(now -> {
                if (LOOKS.contains(now) || now == steps) {
                    out.printf(
                            Locale.ROOT,
                            "%,8d %14d %14.1f %14.1f%n",
                            now,
                            Tensor.liveCount(),
                            ProcessMemory.resident(),
                            ProcessMemory.heap());
                    out.flush();
                }
            });
        }
        return 0;
    }
}
