package dev.dafl.cli;

import dev.dafl.benchmarks.JointStep;
import dev.dafl.benchmarks.Measurement;
import dev.dafl.benchmarks.NamedNetwork;
import dev.dafl.benchmarks.NetworkComparison;
import dev.dafl.benchmarks.NetworkStep;
import dev.dafl.benchmarks.Rounds;
import dev.dafl.benchmarks.StepComparison;
import dev.dafl.engine.tools.NetworkBenchmark.Work;
import dev.dafl.host.PluginHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "step",
        description =
                "Times the joint DAFL step on MNIST's shapes, or what is done with networks on CIFAR-10's (--networks):"
                        + " training, the frozen forward and backward to the images, and evaluation; beside PyTorch where"
                        + " --python names one. Every side runs in a process of its own, all of them in turn in each"
                        + " round.")
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
            description = "Batches; 64,512, and 128 with --networks.")
    private List<Integer> batches = List.of();

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

    @Option(
            names = "--networks",
            split = ",",
            paramLabel = "NAME[:OPTION=VALUE...]",
            converter = NetworkConverter.class,
            description =
                    "Networks to time, such as wide-resnet:depth=16:width=1; wide-resnet is that of depth 40 and width 2,"
                            + " and the one that PyTorch is timed beside.")
    private List<NamedNetwork> networks = List.of();

    @Option(
            names = "--work",
            split = ",",
            paramLabel = "W",
            converter = WorkConverter.class,
            description = "What is done with them: training, frozen, evaluation; all.")
    private List<Work> works = List.of(Work.values());

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
        if (!networks.isEmpty()) {
            compareNetworks(out);
            return 0;
        }
        StepComparison comparison = new StepComparison(python, child(), rounds, steps, WARM_UP, device);
        for (int batch : batches.isEmpty() ? List.of(64, 512) : batches) {
            print(out, "batch " + batch, comparison.at(batch, precisions));
        }
        return 0;
    }

    private void compareNetworks(PrintWriter out) throws IOException, InterruptedException {
        NetworkComparison comparison = new NetworkComparison(python, child(), rounds, steps, WARM_UP, threads, device);
        for (NamedNetwork network : networks) {
            for (int batch : batches.isEmpty() ? List.of(128) : batches) {
                out.println(network + ", batch " + batch);
                for (Work work : works) {
                    print(out, work.toString(), comparison.at(network, work, batch, precisions));
                }
            }
        }
    }

    private void print(PrintWriter out, String title, List<Rounds.Row> rows) {
        String ratios = precisions.stream()
                .map(p -> "/ dafl " + p)
                .map(t -> String.format("%22s", t))
                .collect(Collectors.joining());
        out.printf("%-28s %9s %17s %9s%s%n", title, "s a step", "least to most", "peak MB", ratios);
        rows.forEach(row -> print(out, row));
        out.println();
        out.flush();
    }

    private static void print(PrintWriter out, Rounds.Row row) {
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

    /** What times alone. */
    private List<String> child() {
        return Main.PROGRAM.command("bench", "step", "--alone", "--threads", Integer.toString(threads));
    }

    private Measurement measureHere() throws IOException {
        try (PluginHost plugins = bench.dafl().plugins()) {
            List<Double> all = secondsHere(plugins);
            return Measurement.here(all.subList(WARM_UP, all.size()));
        }
    }

    private List<Double> secondsHere(PluginHost plugins) throws IOException {
        int count = WARM_UP + steps;
        String batch = Integer.toString(batches.getFirst());
        Map<String, String> overrides = new HashMap<>(
                Map.of("precision", precisions.getFirst(), "device", device, "threads", Integer.toString(threads)));
        if (!networks.isEmpty()) {
            overrides.put("teacher.batch", batch);
            return NetworkStep.with(networks.getFirst(), overrides, plugins).seconds(works.getFirst(), count);
        }
        overrides.put("distillation.batch", batch);
        overrides.put("distillation.schedule.steps", Integer.toString(count));
        return JointStep.with(overrides, plugins).seconds();
    }

    static final class NetworkConverter implements ITypeConverter<NamedNetwork> {

        @Override
        public NamedNetwork convert(String value) {
            try {
                return NamedNetwork.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class WorkConverter implements ITypeConverter<Work> {

        @Override
        public Work convert(String value) {
            try {
                return Work.parse(value);
            } catch (IllegalArgumentException _) {
                throw new TypeConversionException("it is training, frozen or evaluation, not " + value);
            }
        }
    }
}
