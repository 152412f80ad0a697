package dev.dafl.benchmarks;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What calls of small operators take without gradient, in one process.
 *
 * @param nanoseconds a call, the median of the rounds, by the operator's name
 */
public record OperatorTimes(Map<String, Double> nanoseconds) {

    private static final int ROUNDS = 15;
    private static final int CALLS = 20_000;

    /** Times them in this process, each result freed at once. */
    public static OperatorTimes here() {
        Map<String, Double> times = new LinkedHashMap<>();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor small = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 2);
            Tensor other = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 2);
            Tensor image = Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, 8, 8);
            Tensor weight = Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, 3, 3);
            times.put("relu, 2x2", time(CALLS, small::relu));
            times.put("add, 2x2 and 2x2", time(CALLS, () -> small.add(other)));
            times.put("mul, 2x2 and 2x2", time(CALLS, () -> small.mul(other)));
            times.put(
                    "conv2d, 1x1x8x8 with 1x1x3x3",
                    time(CALLS / 10, () -> Functional.conv2d(image, weight, Optional.empty(), 1, 0, 1, 1)));
        }
        return new OperatorTimes(times);
    }

    private static double time(int calls, Supplier<Tensor> operator) {
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
        return rounds[ROUNDS / 2];
    }

    /** As the process prints it for the one that compares: the time and the name on a line for each. */
    public String text() {
        return nanoseconds.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    static OperatorTimes parse(String text) {
        Map<String, Double> times = new LinkedHashMap<>();
        text.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .map(l -> l.split(" ", 2))
                .forEach(parts -> times.put(parts[1], Double.valueOf(parts[0])));
        return new OperatorTimes(times);
    }
}
