package dev.dafl.cli;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.StepBenchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "step",
        description = "Times the joint DAFL step on MNIST's shapes, beside PyTorch eager where --python names one.")
final class BenchStepCommand implements Callable<Integer> {

    private static final int WARM_UP = 3;

    @ParentCommand
    private BenchCommand bench;

    @Spec
    private CommandSpec spec;

    @Option(names = "--batch", split = ",", paramLabel = "N", description = "Batches; ${DEFAULT-VALUE}.")
    private List<Integer> batches = List.of(64, 512);

    @Option(names = "--precision", split = ",", paramLabel = "P", description = "fp32, bf16; ${DEFAULT-VALUE}.")
    private List<String> precisions = List.of("fp32", "bf16");

    @Option(names = "--steps", paramLabel = "N", description = "Timed steps of each round; ${DEFAULT-VALUE}.")
    private int steps = 8;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds, ours and PyTorch's in turn; ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--device", paramLabel = "D", description = "cpu, cuda; ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(names = "--python", paramLabel = "PATH", description = "A Python with torch to time side by side.")
    private Optional<Path> python;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-28s %14s%s%n", "seconds a step, median", "dafl",
                python.isPresent() ? String.format("%16s %16s %8s", "PyTorch NCHW", "PyTorch NHWC", "ratio") : "");
        try (PluginHost plugins = bench.dafl().plugins()) {
            for (String precision : precisions) {
                for (int batch : batches) {
                    compare(out, plugins, precision, batch);
                }
            }
        }
        return 0;
    }

    private void compare(PrintWriter out, PluginHost plugins, String precision, int batch)
            throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        List<Double> channelsLast = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double mine = median(ours(plugins, precision, batch));
            ours.add(mine);
            if (python.isPresent()) {
                plain.add(median(theirs(precision, batch, "contiguous")));
                double best = median(theirs(precision, batch, "channels_last"));
                channelsLast.add(best);
                ratios.add(best / mine);
            }
        }
        out.printf(Locale.ROOT, "%-28s %14.4f", precision + ", batch " + batch, median(ours));
        if (python.isPresent()) {
            out.printf(Locale.ROOT, "%16.4f %16.4f %8.2f", median(plain), median(channelsLast), median(ratios));
        }
        out.println();
        out.flush();
    }

    private List<Double> ours(PluginHost plugins, String precision, int batch) throws IOException {
        Experiment experiment = BenchCommand.experiment(plugins, Map.of("precision", precision, "device", device,
                "distillation.batch", Integer.toString(batch),
                "distillation.schedule.steps", Integer.toString(WARM_UP + steps)));
        List<Double> all = StepBenchmark.seconds(experiment, BenchCommand.IMAGES, 10);
        return all.subList(WARM_UP, all.size());
    }

    private List<Double> theirs(String precision, int batch, String format) throws IOException, InterruptedException {
        Path script = Files.createTempFile("dafl-bench", ".py");
        try {
            Files.writeString(script, BenchCommand.resource("eager_step.py"));
            Process process = new ProcessBuilder(python.orElseThrow().toString(), script.toString(), precision,
                    Integer.toString(batch), format, Integer.toString(WARM_UP), Integer.toString(steps), device)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(python.get() + " could not time the step; does it have torch?");
            }
            return Arrays.stream(output.strip().split("\\s+")).map(Double::valueOf).toList();
        } finally {
            Files.delete(script);
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
