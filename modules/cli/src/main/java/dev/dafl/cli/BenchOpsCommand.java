package dev.dafl.cli;

import dev.dafl.benchmarks.OperatorComparison;
import dev.dafl.benchmarks.OperatorComparison.Row;
import dev.dafl.benchmarks.OperatorTimes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ops",
        description =
                "Nanoseconds a call of small operators takes, without gradient, beside PyTorch's from Python where"
                        + " --python names one. Every side runs in a process of its own, in turn in each round.")
final class BenchOpsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "Rounds; ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--python", paramLabel = "PATH", description = "A Python with torch to time side by side.")
    private Optional<Path> python;

    /** What the comparing process starts: the measurement as its text. */
    @Option(names = "--alone", hidden = true)
    private boolean alone;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (alone) {
            out.println(OperatorTimes.here().text());
        } else {
            out.printf("%-30s %20s %20s %20s%n", "nanoseconds a call", "dafl", "PyTorch", "PyTorch / dafl");
            new OperatorComparison(python, Main.PROGRAM.command("bench", "ops", "--alone"), rounds)
                    .rows()
                    .forEach(row -> print(out, row));
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, Row row) {
        out.printf(
                "%-30s %20s %20s %20s%n",
                row.name(),
                row.ours().text(0),
                row.pytorch().map(s -> s.text(0)).orElse("-"),
                row.ratio().map(s -> s.text(2)).orElse("-"));
    }
}
