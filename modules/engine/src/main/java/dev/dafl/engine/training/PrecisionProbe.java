package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out which number format this machine is faster in, by timing the convolution that a generator spends most of its
 * time in, forward and backward, in both.
 *
 * @param fp32Millis the best of some runs
 * @param bf16Millis the best of some runs
 * @param speedup of bf16: the median of what was measured side by side, which a busy moment of the machine does not move
 */
public record PrecisionProbe(double fp32Millis, double bf16Millis, double speedup) {

    /** bfloat16 loses digits, so it must be clearly faster. */
    private static final double WORTH = 1.2;

    private static final int ROUNDS = 7;

    /** Takes about half a second. */
    public static PrecisionProbe on(Device device) {
        double fp32 = Double.MAX_VALUE;
        double bf16 = Double.MAX_VALUE;
        double[] speedups = new double[ROUNDS];
        try (TensorScope _ = TensorScope.open()) {
            Compute compute = new Compute(device, false);
            Tensor input = Tensor.ones(DType.FLOAT32, device, 32, 128, 16, 16).contiguous(compute.format());
            Tensor weight = Tensor.ones(DType.FLOAT32, device, 128, 64, 4, 4).contiguous(compute.format());
            input.requiresGrad_(true);
            weight.requiresGrad_(true);
            // In turn, so that what else the machine does hits both; the first round of each compiles the kernels.
            for (int round = 0; round < ROUNDS; round++) {
                double plain = millis(compute, input, weight);
                double mixed = millis(new Compute(device, true), input, weight);
                fp32 = Math.min(fp32, plain);
                bf16 = Math.min(bf16, mixed);
                speedups[round] = plain / mixed;
            }
        }
        Arrays.sort(speedups);
        return new PrecisionProbe(fp32, bf16, speedups[ROUNDS / 2]);
    }

    public boolean prefersBf16() {
        return speedup > WORTH;
    }

    private static double millis(Compute compute, Tensor input, Tensor weight) {
        try (TensorScope _ = TensorScope.open()) {
            long start = System.nanoTime();
            Tensor sum;
            try (var _ = compute.autocast()) {
                sum = Functional.convTranspose2d(input, weight, Optional.empty(), 2, 1, 0, 1, 1).relu().sum();
            }
            sum.backward();
            weight.takeGrad().orElseThrow().sum().item();
            input.takeGrad().orElseThrow().sum().item();
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
