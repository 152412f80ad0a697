package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code torch.nn.BatchNorm2d} over {@code [n, c, h, w]}.
 *
 * @param weight {@code [c]}, none without affine
 * @param bias {@code [c]}, none without affine
 * @param runningMean {@code [c]}
 * @param runningVar {@code [c]}
 * @param batches batches seen in training, {@code num_batches_tracked} in the state dict
 */
public record BatchNorm2d(
        Optional<Tensor> weight,
        Optional<Tensor> bias,
        Tensor runningMean,
        Tensor runningVar,
        Tensor batches,
        Options options)
        implements Layer {

    /** Stands for a factor of 0, by which nothing can be divided. */
    private static final double LEAST_FACTOR = 1e-30;

    /**
     * What may differ from the defaults.
     *
     * @param eps added to the variance
     * @param momentum share of a batch in the running statistics, 0 to below 1
     */
    public record Options(double eps, double momentum, boolean affine) {

        public static final Options DEFAULTS = new Options(1e-5, 0.1, true);

        public Options {
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("momentum must be from 0 to below 1, not " + momentum);
            }
        }

        public Options eps(double value) {
            return new Options(value, momentum, affine);
        }

        public Options momentum(double value) {
            return new Options(eps, value, affine);
        }

        public Options withoutAffine() {
            return new Options(eps, momentum, false);
        }
    }

    public static BatchNorm2d of(ParameterPath path, long channels) {
        return of(path, channels, o -> o);
    }

    public static BatchNorm2d of(ParameterPath path, long channels, UnaryOperator<Options> change) {
        Options options = change.apply(Options.DEFAULTS);
        Optional<Tensor> weight = Optional.empty();
        Optional<Tensor> bias = Optional.empty();
        if (options.affine()) {
            weight = Optional.of(path.parameter("weight", Initializer.constant(1), channels));
            bias = Optional.of(path.parameter("bias", Initializer.constant(0), channels));
        }
        return new BatchNorm2d(
                weight,
                bias,
                path.buffer("running_mean", 0, channels),
                path.buffer("running_var", 1, channels),
                path.counter("num_batches_tracked"),
                options);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        if (pass.joins() && input.dtype() == DType.FLOAT32 && GradMode.isEnabled()) {
            return scaled(input);
        }
        observe(input, pass);
        if (pass.training() && pass.share().isPresent()) {
            Ranks ranks = pass.share().get().ranks();
            if (ranks.batchNorm() == Ranks.BatchNorm.SYNC) {
                return new SynchronizedBatchNorm(this, pass.share().get()).forward(input);
            }
            return localised(input, ranks);
        }
        return normalised(input, runningMean, runningVar, pass.training());
    }

    /** By the rows of this rank; the running values go on by the mean of what all ranks have seen. */
    private Tensor localised(Tensor input, Ranks ranks) {
        Tensor mean;
        Tensor variance;
        try (GradMode _ = GradMode.disabled()) {
            // Backward looks at those that it was given, which nothing may change.
            mean = runningMean.copy();
            variance = runningVar.copy();
        }
        Tensor result = normalised(input, mean, variance, true);
        average(mean, runningMean, ranks);
        average(variance, runningVar, ranks);
        return result;
    }

    private static void average(Tensor seen, Tensor running, Ranks ranks) {
        try (GradMode _ = GradMode.disabled();
                TensorScope _ = TensorScope.open()) {
            running.copy_(ranks.sum(seen).div(ranks.size()));
        }
    }

    private Tensor normalised(Tensor input, Tensor mean, Tensor variance, boolean training) {
        return Functional.batchNorm(
                input,
                weight,
                bias,
                Optional.of(mean),
                Optional.of(variance),
                training,
                options.momentum(),
                options.eps());
    }

    /**
     * Normalises what a convolution makes of {@code input}. In a {@linkplain Pass#frozen() frozen} pass, unless that records what
     * enters batch norms, the convolution does it on the way, with weights and a bias that are folded from both layers'.
     *
     * @param input of the convolution
     */
    public Tensor forward(Conv2d convolution, Tensor input, Pass pass) {
        if (pass.joins()) {
            return folded(convolution).forward(input, pass);
        }
        if (pass.training() && convolution.bias().isPresent()) {
            return forward(
                    convolution.withoutBias().forward(input, pass),
                    convolution.bias().get(),
                    pass);
        }
        // In evaluation the convolution adds its bias on the way, in its own type.
        return forward(convolution.forward(input, pass), pass);
    }

    /**
     * The same as of evaluation, (x + shift / factor) * factor. Its backward is one product, where that of batch norm also adds up
     * what the gradients of weight and bias would need.
     */
    private Tensor scaled(Tensor input) {
        Tensor factor = factor();
        Tensor least = Tensor.full(LEAST_FACTOR, factor.dtype(), factor.device(), 1);
        Tensor some = factor.abs().lt(least).where(least, factor);
        return input.add(channels(shift(factor).div(some))).mul_(channels(some));
    }

    private Conv2d folded(Conv2d convolution) {
        Tensor factor = factor();
        Tensor shift = shift(factor);
        return new Conv2d(
                convolution.weight().mul(factor.view(-1, 1, 1, 1)),
                Optional.of(
                        convolution.bias().map(b -> b.mul(factor).add(shift)).orElse(shift)),
                convolution.options());
    }

    /** What a channel is multiplied by in evaluation, {@code [c]}. */
    private Tensor factor() {
        Tensor deviation = runningVar.add(options.eps()).rsqrt();
        return weight.map(w -> deviation.mul(w)).orElse(deviation);
    }

    /** What is added to it then, {@code [c]}. */
    private Tensor shift(Tensor factor) {
        Tensor mean = runningMean.mul(factor);
        return bias.map(b -> b.sub(mean)).orElseGet(mean::neg);
    }

    private static Tensor channels(Tensor ofEach) {
        return ofEach.view(1, -1, 1, 1);
    }

    /**
     * Normalises {@code input + inputBias}, where the layer before left its bias to this one. While training, the batch's
     * mean takes any bias away again, so that adding it and computing its gradient (which is 0 but for rounding) would be
     * waste; only the running mean gets to know of it.
     *
     * @param inputBias {@code [c]}; gets no gradient while training
     */
    public Tensor forward(Tensor input, Tensor inputBias, Pass pass) {
        return forward(biased(input, inputBias, pass), pass);
    }

    /**
     * Leaky ReLU of {@link #forward(Tensor, Tensor, Pass)}, in its memory where that can be.
     *
     * @param negativeSlope what values below 0 are multiplied by
     */
    public Tensor forwardLeakyRelu(Tensor input, Tensor inputBias, double negativeSlope, Pass pass) {
        Tensor biased = biased(input, inputBias, pass);
        if (pass.training() && pass.share().isPresent()) {
            return Functional.leakyRelu(forward(biased, pass), negativeSlope);
        }
        observe(biased, pass);
        return Functional.batchNormLeakyRelu(
                biased,
                weight,
                bias,
                Optional.of(runningMean),
                Optional.of(runningVar),
                pass.training(),
                options.momentum(),
                options.eps(),
                negativeSlope);
    }

    private Tensor biased(Tensor input, Tensor inputBias, Pass pass) {
        if (!pass.training()) {
            return input.add(inputBias.view(1, -1, 1, 1).to(input.dtype()));
        }
        try (GradMode _ = GradMode.disabled();
                TensorScope _ = TensorScope.open()) {
            // The batch's share of the running mean is momentum, the old mean's 1 - momentum: this adds momentum *
            // bias.
            runningMean.copy_(runningMean.addScaled(inputBias, options.momentum() / (1 - options.momentum())));
        }
        return input;
    }

    private void observe(Tensor input, Pass pass) {
        pass.batchNormInput(input, runningMean, runningVar);
        if (pass.training()) {
            try (TensorScope _ = TensorScope.open()) {
                // Counted where it is, since reading it would wait for the device; sums are of floating numbers.
                batches.copy_(batches.to(DType.FLOAT64).add(1));
            }
        }
    }
}
