package dev.dafl.cli;

import dev.dafl.benchmarks.JointStep;
import dev.dafl.benchmarks.Measurement;
import dev.dafl.benchmarks.StepComparison;
import dev.dafl.benchmarks.StepComparison.Row;
import dev.dafl.host.PluginHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "step",
        description =
                "Times the joint DAFL step on MNIST's shapes, beside PyTorch eager where --python names one. Every side"
                        + " runs in a process of its own, all of them in turn in each round.")
final class BenchStepCommand implements Callable<Integer> {

    private static final int WARM_UP = 3;

    @ParentCommand
    private BenchCommand bench;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--batch",
            split = ",",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Batches; ${DEFAULT-VALUE}.")
    private List<Integer> batches = List.of(64, 512);

    @Option(names = "--precision", split = ",", paramLabel = "P", description = "fp32, bf16; ${DEFAULT-VALUE}.")
    private List<String> precisions = List.of("bf16", "fp32");

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Timed steps of each round; ${DEFAULT-VALUE}.")
    private int steps = 8;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Rounds; ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--device", paramLabel = "D", description = "cpu, cuda; ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of an operator; ${DEFAULT-VALUE}, as PyTorch takes. 0: as many as a run chooses.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--python", paramLabel = "PATH", description = "A Python with torch to time side by side.")
    private Optional<Path> python;

    /** What the comparing process starts: one batch size, one precision, and the measurement as its text. */
    @Option(names = "--alone", hidden = true)
    private boolean alone;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (alone) {
            out.println(measureHere().text());
            out.flush();
            return 0;
        }
        StepComparison comparison = new StepComparison(
                python,
                Main.PROGRAM.command("bench", "step", "--alone", "--threads", Integer.toString(threads)),
                rounds,
                steps,
                WARM_UP,
                device);
        String ratios = precisions.stream()
                .map(p -> "/ dafl " + p)
                .map(t -> String.format("%22s", t))
                .collect(Collectors.joining());
        for (int batch : batches) {
            out.printf("%-28s %9s %17s %9s%s%n", "batch " + batch, "s a step", "least to most", "peak MB", ratios);
            comparison.at(batch, precisions).forEach(row -> print(out, row));
            out.println();
            out.flush();
        }
        return 0;
    }

    private static void print(PrintWriter out, Row row) {
        out.printf(
                Locale.ROOT,
                "%-28s %9.4f %17s %9.0f%s%n",
                row.name(),
                row.seconds().median(),
                String.format(
                        Locale.ROOT,
                        "%.4f - %.4f",
                        row.seconds().low(),
                        row.seconds().high()),
                row.peakMegabytes(),
                row.ratios().stream().map(r -> String.format("%22s", r.text(2))).collect(Collectors.joining()));
    }

    private Measurement measureHere() throws IOException {
        try (PluginHost plugins = bench.dafl().plugins()) {
            JointStep step = JointStep.with(
                    Map.of(
                            "precision",
                            precisions.getFirst(),
                            "device",
                            device,
                            "threads",
                            Integer.toString(threads),
                            "distillation.batch",
                            Integer.toString(batches.getFirst()),
                            "distillation.schedule.steps",
                            Integer.toString(WARM_UP + steps)),
                    plugins);
            List<Double> all = step.seconds();
            return Measurement.here(all.subList(WARM_UP, all.size()));
        }
    }
}
