package dev.dafl.engine.compute;

import dev.dafl.libtorch.ThreadModes;
import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds out which number format this machine is faster in, by timing the convolution that a generator spends most of its
 * time in, forward and backward, in both. On a CPU it counts what one thread computes, not what passes on the clock: while
 * other programs have the cores, the clock tells more of them than of the formats.
 *
 * @param device where it was timed
 * @param fp32Millis the best of some runs, of one thread on a CPU
 * @param bf16Millis likewise
 * @param speedup of bf16: the median of what was measured side by side
 */
public record PrecisionProbe(Device device, double fp32Millis, double bf16Millis, double speedup) {

    /** bfloat16 loses digits, so it must be clearly faster. */
    private static final double WORTH = 1.2;

    private static final int ROUNDS = 7;

    /** Takes about half a second; in it libtorch has one thread only. */
    public static PrecisionProbe on(Device device) {
        if (device.type() != Device.Type.CPU) {
            return on(device, System::nanoTime);
        }
        int threads = ThreadModes.threads();
        ThreadModes.setThreads(1);
        try {
            return on(device, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        } finally {
            ThreadModes.setThreads(threads);
        }
    }

    /** @param clock in nanoseconds */
    private static PrecisionProbe on(Device device, LongSupplier clock) {
        double fp32 = Double.MAX_VALUE;
        double bf16 = Double.MAX_VALUE;
        double[] speedups = new double[ROUNDS];
        try (TensorScope _ = TensorScope.open()) {
            Tensor input = Tensor.ones(DType.FLOAT32, device, 32, 128, 16, 16).contiguous(MemoryFormat.CHANNELS_LAST);
            Tensor weight = Tensor.ones(DType.FLOAT32, device, 128, 64, 4, 4).contiguous(MemoryFormat.CHANNELS_LAST);
            input.requiresGrad_(true);
            weight.requiresGrad_(true);
            // In turn, so that what else the machine does hits both; the first round of each compiles the kernels.
            for (int round = 0; round < ROUNDS; round++) {
                double plain = millis(Autocast.off(), input, weight, clock);
                double mixed = millis(Autocast.bfloat16(device.type()), input, weight, clock);
                fp32 = Math.min(fp32, plain);
                bf16 = Math.min(bf16, mixed);
                speedups[round] = plain / mixed;
            }
        }
        Arrays.sort(speedups);
        return new PrecisionProbe(device, fp32, bf16, speedups[ROUNDS / 2]);
    }

    public boolean prefersBf16() {
        return speedup > WORTH;
    }

    /** What was measured, as the middle of a sentence. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "a transposed convolution with its gradients takes %s%.1f ms in fp32, %.1f ms in bf16",
                device.type() == Device.Type.CPU ? "one thread " : "",
                fp32Millis,
                bf16Millis);
    }

    /** @param format of the forward pass; is closed after it */
    private static double millis(Autocast format, Tensor input, Tensor weight, LongSupplier clock) {
        try (TensorScope _ = TensorScope.open()) {
            long start = clock.getAsLong();
            Tensor sum;
            try (format) {
                sum = Functional.convTranspose2d(input, weight, Optional.empty(), 2, 1, 0, 1, 1)
                        .relu()
                        .sum();
            }
            sum.backward();
            weight.takeGrad().orElseThrow().sum().item();
            input.takeGrad().orElseThrow().sum().item();
            return (clock.getAsLong() - start) / 1e6;
        }
    }
}
