package dev.dafl.cli;

import dev.dafl.benchmarks.ThreadComparison;
import dev.dafl.benchmarks.ThreadComparison.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "threads",
        description =
                "Times the joint DAFL step with 1 thread, with as many as there are cores, and with as many as a run"
                        + " chooses for itself: on the machine as it is, and beside threads that keep cores busy. Every"
                        + " side runs in a process of its own, all of them in turn in each round.")
final class BenchThreadsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Images a step; ${DEFAULT-VALUE}.")
    private int batch = 64;

    @Option(names = "--precision", paramLabel = "P", description = "fp32, bf16; ${DEFAULT-VALUE}.")
    private String precision = "fp32";

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Thread counts beside the chosen one; 1 and as many as there are cores, unless you say.")
    private List<Integer> threads = IntStream.of(1, Runtime.getRuntime().availableProcessors())
            .distinct()
            .boxed()
            .toList();

    @Option(
            names = "--busy",
            split = ",",
            paramLabel = "N",
            description = "How many busy threads run beside, a table for each; none, and as many as there are cores,"
                    + " unless you say.")
    private List<Integer> busy = List.of(0, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--steps",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Timed steps of each round; ${DEFAULT-VALUE}.")
    private int steps = 20;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Rounds; ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (busy.stream().anyMatch(n -> n < 0)) {
            throw new ParameterException(spec.commandLine(), "--busy takes whole numbers from 0, not " + busy);
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Integer> counts = IntStream.concat(threads.stream().mapToInt(n -> n), IntStream.of(0))
                .boxed()
                .toList();
        List<String> child = Main.PROGRAM.command(
                "bench",
                "step",
                "--alone",
                "--batch",
                Integer.toString(batch),
                "--precision",
                precision,
                "--steps",
                Integer.toString(steps));
        for (int beside : busy) {
            out.printf(
                    "%-28s %9s %17s %22s%n",
                    "batch " + batch + ", " + precision + ", " + beside + " busy",
                    "s a step",
                    "least to most",
                    "/ best");
            new ThreadComparison(child, counts, beside, rounds).rows().forEach(row -> print(out, row));
            out.println();
            out.flush();
        }
        return 0;
    }

    private static void print(PrintWriter out, Row row) {
        String taken = row.taken().stream().map(String::valueOf).collect(Collectors.joining(" or "));
        out.printf(
                Locale.ROOT,
                "%-28s %9.4f %17s %22s%n",
                row.asked() == 0 ? "auto (" + taken + ")" : Counts.words(row.asked(), "thread"),
                row.seconds().median(),
                String.format(
                        Locale.ROOT,
                        "%.4f - %.4f",
                        row.seconds().low(),
                        row.seconds().high()),
                row.toBest().text(2));
    }
}
