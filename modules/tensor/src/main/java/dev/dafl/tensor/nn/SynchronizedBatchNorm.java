package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import java.util.Optional;

/**
 * Batch norm while training over the rows of all ranks ({@code torch.nn.SyncBatchNorm}): one exchange of two numbers for each channel
 * on the way there, and one on the way back.
 *
 * <p>The way there is batch norm as of evaluation, with mean and variance of the whole batch. libtorch's backward of that takes both
 * for constants. What they change of the gradient dL/dx = g is subtracted by a hook: with x' the normalised input and m the number
 * of values of a channel, sum(g) / m + x' sum(g x') / m (Ioffe and Szegedy 2015, section 3), which is an affine function of x.
 */
record SynchronizedBatchNorm(BatchNorm2d norm, Share share) {

    /** @param input this rank's rows, {@code [rows, c, h, w]} */
    Tensor forward(Tensor input) {
        // What the hook looks at lives as long as the graph.
        TensorScope kept = TensorScope.detached();
        Statistics statistics = statistics(input, kept);
        if (!GradMode.isEnabled() || !input.requiresGrad()) {
            try (kept) {
                return normalised(input, norm.weight(), norm.bias(), statistics);
            }
        }
        Tensor seen = Share.apart(input);
        Tensor constant = input.detach().moveTo(kept);
        seen.onGradient(gradient -> corrected(gradient, constant, statistics), kept);
        return normalised(seen, norm.weight(), norm.bias(), statistics);
    }

    /**
     * Of the whole batch.
     *
     * @param mean {@code [c]}
     * @param variance {@code [c]}, biased
     * @param count of the values of a channel
     */
    private record Statistics(Tensor mean, Tensor variance, double count) {}

    private Statistics statistics(Tensor input, TensorScope kept) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            long channels = input.size(1);
            double own = (double) input.numel() / channels;
            double count = own / share.rows().count() * share.count();
            // Its running values only say in which type the results are.
            List<Tensor> local = Operators.call("aten::batch_norm_update_stats")
                    .tensor(input.detach())
                    .tensor(Optional.of(norm.runningMean().copy()))
                    .tensor(Optional.of(norm.runningVar().copy()))
                    .floating(0)
                    .results(2);
            // In float64 the squares lose nothing where a mean is far from 0.
            Tensor mean = local.get(0).to(DType.FLOAT64);
            Tensor square = local.get(1).to(DType.FLOAT64).add(mean.square());
            Tensor both = share.ranks()
                    .sum(Functional.cat(List.of(mean, square), 0).mul(own))
                    .div(count);
            Tensor wholeMean = both.narrow(0, 0, channels);
            Tensor wholeVariance =
                    both.narrow(0, channels, channels).sub(wholeMean.square()).clamp(0, Double.MAX_VALUE);
            run(norm.runningMean(), wholeMean);
            run(norm.runningVar(), wholeVariance.mul(count / (count - 1)));
            return new Statistics(
                    wholeMean.to(DType.FLOAT32).moveTo(kept),
                    wholeVariance.to(DType.FLOAT32).moveTo(kept),
                    count);
        }
    }

    private void run(Tensor running, Tensor now) {
        double momentum = norm.options().momentum();
        running.copy_(running.to(DType.FLOAT64).mul(1 - momentum).add(now.mul(momentum)));
    }

    private Tensor corrected(Tensor gradient, Tensor input, Statistics statistics) {
        List<Tensor> sums = Operators.call("aten::native_batch_norm_backward")
                .tensor(gradient)
                .tensor(input)
                .none()
                .tensor(Optional.of(statistics.mean()))
                .tensor(Optional.of(statistics.variance()))
                .none()
                .none()
                .bool(false)
                .floating(norm.options().eps())
                .bools(false, true, true)
                .results(3);
        long channels = input.size(1);
        Tensor both = share.ranks()
                .sum(Functional.cat(List.of(sums.get(1), sums.get(2)), 0).to(DType.FLOAT32))
                .div(statistics.count());
        return gradient.sub(normalised(
                input,
                Optional.of(both.narrow(0, 0, channels)),
                Optional.of(both.narrow(0, channels, channels)),
                statistics));
    }

    private Tensor normalised(Tensor input, Optional<Tensor> weight, Optional<Tensor> bias, Statistics statistics) {
        return Functional.batchNorm(
                input,
                weight,
                bias,
                Optional.of(statistics.mean()),
                Optional.of(statistics.variance()),
                false,
                0,
                norm.options().eps());
    }
}
