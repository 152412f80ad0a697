package dev.dafl.cli;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "ops", description = "Nanoseconds a call of small operators takes, without gradient.")
final class BenchOpsCommand implements Callable<Integer> {

    private static final int ROUNDS = 15;
    private static final int CALLS = 20_000;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (TensorScope _ = TensorScope.open(); GradMode _ = GradMode.disabled()) {
            Tensor small = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 2);
            Tensor other = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 2);
            Tensor image = Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, 8, 8);
            Tensor weight = Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, 3, 3);
            out.printf("%-34s %10s %10s%n", "nanoseconds a call", "median", "best");
            time(out, "relu, 2x2", CALLS, small::relu);
            time(out, "add, 2x2 and 2x2", CALLS, () -> small.add(other));
            time(out, "mul, 2x2 and 2x2", CALLS, () -> small.mul(other));
            time(out, "conv2d, 1x1x8x8 with 1x1x3x3", CALLS / 10,
                    () -> Functional.conv2d(image, weight, Optional.empty(), 1, 0, 1, 1));
        }
        out.flush();
        return 0;
    }

    private static void time(PrintWriter out, String name, int calls, Supplier<Tensor> operator) {
        double[] rounds = new double[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                operator.get().close();
            }
            if (round >= 0) {
                rounds[round] = (double) (System.nanoTime() - start) / calls;
            }
        }
        Arrays.sort(rounds);
        out.printf(Locale.ROOT, "%-34s %10.0f %10.0f%n", name, rounds[ROUNDS / 2], rounds[0]);
        out.flush();
    }
}
