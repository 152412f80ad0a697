package dev.dafl.engine.compute;

import dev.dafl.libtorch.ThreadModes;
import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Optional;

/**
 * A piece of work like that of a training step, timed with some number of threads: a convolution forward and backward, and
 * after it small operators that the threads share too, because it is there that they wait for each other most often.
 */
final class ThreadProbe implements AutoCloseable {

    private static final int SMALL = 24;

    private final TensorScope scope = TensorScope.open();
    private final Compute compute;
    private final Tensor input;
    private final Tensor weight;
    private final Tensor activation;

    ThreadProbe(Compute compute) {
        this.compute = compute;
        input = Tensor.ones(DType.FLOAT32, compute.device(), 16, 128, 16, 16).contiguous(compute.format());
        weight = Tensor.ones(DType.FLOAT32, compute.device(), 128, 64, 4, 4).contiguous(compute.format());
        activation = Tensor.ones(DType.FLOAT32, compute.device(), 16, 64, 16, 16);
        input.requiresGrad_(true);
        weight.requiresGrad_(true);
    }

    /** Of one piece, by the clock. */
    double seconds(int threads) {
        ThreadModes.setThreads(threads);
        try (TensorScope _ = TensorScope.open()) {
            long start = System.nanoTime();
            Tensor sum;
            try (Autocast _ =
                    compute.bf16() ? Autocast.bfloat16(compute.device().type()) : Autocast.off()) {
                sum = Functional.convTranspose2d(input, weight, Optional.empty(), 2, 1, 0, 1, 1)
                        .relu()
                        .sum();
            }
            sum.backward();
            var _ = weight.takeGrad().orElseThrow();
            var _ = input.takeGrad().orElseThrow();
            Tensor small = activation;
            for (int i = 0; i < SMALL; i++) {
                small = small.relu();
            }
            return (System.nanoTime() - start) / 1e9;
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
