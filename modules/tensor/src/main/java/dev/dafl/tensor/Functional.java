package dev.dafl.tensor;

import dev.dafl.libtorch.LeakyRelu;
import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import java.util.List;
import java.util.Optional;

/** The operators of {@code torch.nn.functional} and those that join tensors; each has torch's name and meaning. */
public final class Functional {

    private static final Operator CAT = Operator.of("aten::cat");
    private static final Operator STACK = Operator.of("aten::stack");
    private static final Operator LINEAR = Operator.of("aten::linear");
    private static final Operator CONV2D = Operator.of("aten::conv2d");
    private static final Operator CONV_TRANSPOSE2D = Operator.of("aten::conv_transpose2d.input");
    private static final Operator BATCH_NORM = Operator.of("aten::batch_norm");
    private static final Operator GROUP_NORM = Operator.of("aten::group_norm");
    private static final Operator LAYER_NORM = Operator.of("aten::layer_norm");
    private static final Operator MAX_POOL2D = Operator.of("aten::max_pool2d");
    private static final Operator AVG_POOL2D = Operator.of("aten::avg_pool2d");
    private static final Operator ADAPTIVE_AVG_POOL2D = Operator.of("aten::adaptive_avg_pool2d");
    private static final Operator UPSAMPLE_NEAREST2D = Operator.of("aten::upsample_nearest2d.vec");
    private static final Operator UPSAMPLE_BILINEAR2D = Operator.of("aten::upsample_bilinear2d.vec");
    private static final Operator PAD = Operator.of("aten::pad");
    private static final Operator AFFINE_GRID = Operator.of("aten::affine_grid_generator");
    private static final Operator GRID_SAMPLER = Operator.of("aten::grid_sampler");
    private static final Operator PRELU = Operator.of("aten::prelu");
    private static final Operator GELU = Operator.of("aten::gelu");
    private static final Operator CROSS_ENTROPY = Operator.of("aten::cross_entropy_loss");
    private static final Operator NLL_LOSS = Operator.of("aten::nll_loss");
    private static final Operator KL_DIV = Operator.of("aten::kl_div");
    private static final Operator MSE_LOSS = Operator.of("aten::mse_loss");
    private static final Operator L1_LOSS = Operator.of("aten::l1_loss");
    private static final Operator SMOOTH_L1_LOSS = Operator.of("aten::smooth_l1_loss");
    private static final Operator ONE_HOT = Operator.of("aten::one_hot");
    private static final Operator EMBEDDING = Operator.of("aten::embedding");
    private static final Operator ATTENTION = Operator.of("aten::scaled_dot_product_attention");

    /** How a loss of n elements becomes one number. */
    public enum Reduction {
        NONE,
        MEAN,
        SUM
    }

    private Functional() {}

    /** Joins tensors along a dimension that they have. */
    public static Tensor cat(List<Tensor> tensors, long dim) {
        return Tensor.result(
                OperatorCall.of(CAT).tensors(Tensor.handles(tensors)).integer(dim));
    }

    /** Joins tensors of one shape along a new dimension. */
    public static Tensor stack(List<Tensor> tensors, long dim) {
        return Tensor.result(
                OperatorCall.of(STACK).tensors(Tensor.handles(tensors)).integer(dim));
    }

    /**
     * The sum of weight times value.
     *
     * @param values tensors of one element without dimensions, on one device
     * @param weights as many numbers
     */
    public static Tensor weightedSum(List<Tensor> values, double... weights) {
        if (values.size() != weights.length || values.isEmpty()) {
            throw new IllegalArgumentException(values.size() + " values and " + weights.length + " weights");
        }
        float[] factors = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            factors[i] = (float) weights[i];
        }
        Tensor joined = stack(values, 0);
        return joined.dot(Tensor.of(factors, factors.length).to(joined.device()).to(joined.dtype()));
    }

    /**
     * x W^T + b.
     *
     * @param input {@code [..., in]}
     * @param weight {@code [out, in]}
     * @param bias {@code [out]}
     * @return {@code [..., out]}
     */
    public static Tensor linear(Tensor input, Tensor weight, Optional<Tensor> bias) {
        return Tensor.result(OperatorCall.of(LINEAR)
                .tensor(input.handle())
                .tensor(weight.handle())
                .optionalTensor(handle(bias)));
    }

    /**
     * {@link #conv2d(Tensor, Tensor, Optional, Size2, Size2, Size2, long)} with the same stride, padding and dilation in both
     * directions.
     */
    public static Tensor conv2d(
            Tensor input, Tensor weight, Optional<Tensor> bias, long stride, long padding, long dilation, long groups) {
        return conv2d(input, weight, bias, Size2.square(stride), Size2.square(padding), Size2.square(dilation), groups);
    }

    /**
     * @param input {@code [n, in, h, w]}
     * @param weight {@code [out, in / groups, kh, kw]}
     * @param bias {@code [out]}
     * @param padding zeros on each side
     * @param dilation from one pixel under the kernel to the next; 1 has none between them
     * @param groups into which the channels are split, each with kernels of its own
     */
    public static Tensor conv2d(
            Tensor input,
            Tensor weight,
            Optional<Tensor> bias,
            Size2 stride,
            Size2 padding,
            Size2 dilation,
            long groups) {
        return Tensor.result(OperatorCall.of(CONV2D)
                .tensor(input.handle())
                .tensor(weight.handle())
                .optionalTensor(handle(bias))
                .integers(stride.toArray())
                .integers(padding.toArray())
                .integers(dilation.toArray())
                .integer(groups));
    }

    /**
     * @param input {@code [n, in, h, w]}
     * @param weight {@code [in, out / groups, kh, kw]}
     * @param bias {@code [out]}
     */
    public static Tensor convTranspose2d(
            Tensor input,
            Tensor weight,
            Optional<Tensor> bias,
            long stride,
            long padding,
            long outputPadding,
            long groups,
            long dilation) {
        return Tensor.result(OperatorCall.of(CONV_TRANSPOSE2D)
                .tensor(input.handle())
                .tensor(weight.handle())
                .optionalTensor(handle(bias))
                .integers(stride, stride)
                .integers(padding, padding)
                .integers(outputPadding, outputPadding)
                .integer(groups)
                .integers(dilation, dilation));
    }

    /**
     * Normalises each channel by its mean and variance over the other dimensions. When {@code training}, by those of the
     * batch, and the running ones move towards them by {@code momentum}; else by the running ones.
     *
     * @param input {@code [n, c]} or {@code [n, c, h, w]}
     */
    public static Tensor batchNorm(
            Tensor input,
            Optional<Tensor> weight,
            Optional<Tensor> bias,
            Optional<Tensor> runningMean,
            Optional<Tensor> runningVar,
            boolean training,
            double momentum,
            double eps) {
        return Tensor.result(OperatorCall.of(BATCH_NORM)
                .tensor(input.handle())
                .optionalTensor(handle(weight))
                .optionalTensor(handle(bias))
                .optionalTensor(handle(runningMean))
                .optionalTensor(handle(runningVar))
                .bool(training)
                .floating(momentum)
                .floating(eps)
                .bool(true));
    }

    /**
     * {@link #leakyRelu} of {@link #batchNorm}, where it can in the memory of the latter: neither backward reads what lies
     * between them.
     *
     * @param input {@code [n, c]} or {@code [n, c, h, w]}
     * @param negativeSlope above 0 for the memory to be shared: from a result of slope 0 the sign of its input is not seen
     */
    public static Tensor batchNormLeakyRelu(
            Tensor input,
            Optional<Tensor> weight,
            Optional<Tensor> bias,
            Optional<Tensor> runningMean,
            Optional<Tensor> runningVar,
            boolean training,
            double momentum,
            double eps,
            double negativeSlope) {
        Tensor normalised = batchNorm(input, weight, bias, runningMean, runningVar, training, momentum, eps);
        if (negativeSlope > 0 && LeakyRelu.canCall(normalised.handle())) {
            LeakyRelu.callInPlace(normalised.handle(), negativeSlope);
            return normalised;
        }
        return leakyRelu(normalised, negativeSlope);
    }

    /**
     * Normalises each image's groups of channels by their mean and variance.
     *
     * @param input {@code [n, c, ...]}
     * @param groups that the channels are split into, without a rest
     * @param weight {@code [c]}
     * @param bias {@code [c]}
     */
    public static Tensor groupNorm(
            Tensor input, long groups, Optional<Tensor> weight, Optional<Tensor> bias, double eps) {
        return Tensor.result(OperatorCall.of(GROUP_NORM)
                .tensor(input.handle())
                .integer(groups)
                .optionalTensor(handle(weight))
                .optionalTensor(handle(bias))
                .floating(eps)
                .bool(true));
    }

    /**
     * Normalises by mean and variance over the last dimensions.
     *
     * @param input {@code [..., shape]}
     * @param shape sizes of the last dimensions
     * @param weight of that shape
     * @param bias of that shape
     */
    public static Tensor layerNorm(
            Tensor input, long[] shape, Optional<Tensor> weight, Optional<Tensor> bias, double eps) {
        return Tensor.result(OperatorCall.of(LAYER_NORM)
                .tensor(input.handle())
                .integers(shape)
                .optionalTensor(handle(weight))
                .optionalTensor(handle(bias))
                .floating(eps)
                .bool(true));
    }

    /** The largest pixel of each square window; windows that do not lie whole in the padded image are left out. */
    public static Tensor maxPool2d(Tensor input, long kernel, long stride, long padding) {
        return maxPool2d(
                input, Size2.square(kernel), Size2.square(stride), Size2.square(padding), Size2.square(1), false);
    }

    /**
     * The largest pixel of each window.
     *
     * @param input {@code [n, c, h, w]}
     * @param padding pixels on each side, at most half the kernel, that are never the largest
     * @param dilation from one pixel of a window to the next
     * @param ceilMode whether a window that begins in the image and ends outside the padding counts
     */
    public static Tensor maxPool2d(
            Tensor input, Size2 kernel, Size2 stride, Size2 padding, Size2 dilation, boolean ceilMode) {
        return Tensor.result(OperatorCall.of(MAX_POOL2D)
                .tensor(input.handle())
                .integers(kernel.toArray())
                .integers(stride.toArray())
                .integers(padding.toArray())
                .integers(dilation.toArray())
                .bool(ceilMode));
    }

    /** The mean of each square window, the padding's zeros counted; those not whole in the padded image are left out. */
    public static Tensor avgPool2d(Tensor input, long kernel, long stride, long padding) {
        return avgPool2d(input, Size2.square(kernel), Size2.square(stride), Size2.square(padding), false, true);
    }

    /**
     * The mean of each window.
     *
     * @param input {@code [n, c, h, w]}
     * @param padding zeros on each side, at most half the kernel
     * @param ceilMode whether a window that begins in the image and ends outside the padding counts
     * @param countIncludePad whether the padding's zeros are a part of the mean
     */
    public static Tensor avgPool2d(
            Tensor input, Size2 kernel, Size2 stride, Size2 padding, boolean ceilMode, boolean countIncludePad) {
        return Tensor.result(OperatorCall.of(AVG_POOL2D)
                .tensor(input.handle())
                .integers(kernel.toArray())
                .integers(stride.toArray())
                .integers(padding.toArray())
                .bool(ceilMode)
                .bool(countIncludePad)
                .none());
    }

    /** @return {@code [n, c, height, width]} */
    public static Tensor adaptiveAvgPool2d(Tensor input, long height, long width) {
        return Tensor.result(
                OperatorCall.of(ADAPTIVE_AVG_POOL2D).tensor(input.handle()).integers(height, width));
    }

    /** Each pixel repeated: {@code [n, c, h, w]} to {@code [n, c, factor h, factor w]}. */
    public static Tensor upsampleNearest2d(Tensor input, double factor) {
        return Tensor.result(OperatorCall.of(UPSAMPLE_NEAREST2D)
                .tensor(input.handle())
                .none()
                .optionalFloatings(factor, factor));
    }

    /** Bilinear resizing to {@code [n, c, height, width]}, corners not aligned, no antialiasing. */
    public static Tensor upsampleBilinear2d(Tensor input, long height, long width) {
        return Tensor.result(OperatorCall.of(UPSAMPLE_BILINEAR2D)
                .tensor(input.handle())
                .optionalIntegers(height, width)
                .bool(false)
                .none());
    }

    /** Zeros around the last two dimensions. */
    public static Tensor pad2d(Tensor input, long left, long right, long top, long bottom) {
        return pad(input, left, right, top, bottom);
    }

    /**
     * Zeros around the last dimensions.
     *
     * @param widths for the last dimension before and after, then for the one before it, and so on; a negative one cuts off
     */
    public static Tensor pad(Tensor input, long... widths) {
        return Tensor.result(OperatorCall.of(PAD)
                .tensor(input.handle())
                .integers(widths)
                .string("constant")
                .none());
    }

    /**
     * Where to look in an image for each pixel of a changed one.
     *
     * @param theta {@code [n, 2, 3]}, the affine maps from places in the new image to places in the old one, from -1 to 1
     * @param shape {@code [n, c, h, w]}
     * @return {@code [n, h, w, 2]}, x and y
     */
    public static Tensor affineGrid(Tensor theta, long... shape) {
        return Tensor.result(OperatorCall.of(AFFINE_GRID)
                .tensor(theta.handle())
                .integers(shape)
                .bool(false));
    }

    /**
     * The pixels at the places of a grid, bilinearly; outside the image its edge is repeated.
     *
     * @param input {@code [n, c, h, w]}
     * @param grid {@code [n, h', w', 2]}, x and y from -1 to 1
     * @return {@code [n, c, h', w']}
     */
    public static Tensor gridSample(Tensor input, Tensor grid) {
        return Tensor.result(OperatorCall.of(GRID_SAMPLER)
                .tensor(input.handle())
                .tensor(grid.handle())
                .integer(0)
                .integer(1)
                .bool(false));
    }

    /** x where it is positive, {@code weight} times x elsewhere; weight {@code [1]} or {@code [c]}. */
    public static Tensor prelu(Tensor input, Tensor weight) {
        return Tensor.result(OperatorCall.of(PRELU).tensor(input.handle()).tensor(weight.handle()));
    }

    /** x where it is positive, {@code negativeSlope} times x elsewhere. */
    public static Tensor leakyRelu(Tensor input, double negativeSlope) {
        if (LeakyRelu.canCall(input.handle())) {
            return Tensor.owned(LeakyRelu.call(input.handle(), negativeSlope));
        }
        try (Tensor slope = Tensor.full(negativeSlope, input.dtype(), input.device(), 1)) {
            return prelu(input, slope);
        }
    }

    /** x times the normal distribution function of x, exact. */
    public static Tensor gelu(Tensor input) {
        return Tensor.result(OperatorCall.of(GELU).tensor(input.handle()).string("none"));
    }

    /**
     * Mean cross-entropy.
     *
     * @param logits {@code [n, classes]}
     * @param target int64 {@code [n]}, or probabilities {@code [n, classes]}
     */
    public static Tensor crossEntropy(Tensor logits, Tensor target) {
        return crossEntropy(logits, target, Reduction.MEAN, 0);
    }

    /** @param labelSmoothing from 0 to 1, the share of probability that is spread over all classes */
    public static Tensor crossEntropy(Tensor logits, Tensor target, Reduction reduction, double labelSmoothing) {
        return Tensor.result(OperatorCall.of(CROSS_ENTROPY)
                .tensor(logits.handle())
                .tensor(target.handle())
                .none()
                .integer(reduction.ordinal())
                .integer(-100)
                .floating(labelSmoothing));
    }

    /** @param logProbabilities {@code [n, classes]} */
    public static Tensor nllLoss(Tensor logProbabilities, Tensor target, Reduction reduction) {
        return Tensor.result(OperatorCall.of(NLL_LOSS)
                .tensor(logProbabilities.handle())
                .tensor(target.handle())
                .none()
                .integer(reduction.ordinal())
                .integer(-100));
    }

    /**
     * Kullback-Leibler divergence, elementwise target * (log target - input).
     *
     * @param logInput log-probabilities {@code [n, classes]}
     * @param target probabilities, or their logarithms where {@code logTarget}
     */
    public static Tensor klDiv(Tensor logInput, Tensor target, Reduction reduction, boolean logTarget) {
        return Tensor.result(OperatorCall.of(KL_DIV)
                .tensor(logInput.handle())
                .tensor(target.handle())
                .integer(reduction.ordinal())
                .bool(logTarget));
    }

    public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
        return Tensor.result(OperatorCall.of(MSE_LOSS)
                .tensor(input.handle())
                .tensor(target.handle())
                .integer(reduction.ordinal()));
    }

    public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
        return Tensor.result(OperatorCall.of(L1_LOSS)
                .tensor(input.handle())
                .tensor(target.handle())
                .integer(reduction.ordinal()));
    }

    public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction, double beta) {
        return Tensor.result(OperatorCall.of(SMOOTH_L1_LOSS)
                .tensor(input.handle())
                .tensor(target.handle())
                .integer(reduction.ordinal())
                .floating(beta));
    }

    /** int64 {@code [..., classes]} with a 1 at each class index. */
    public static Tensor oneHot(Tensor indices, long classes) {
        return Tensor.result(OperatorCall.of(ONE_HOT).tensor(indices.handle()).integer(classes));
    }

    /**
     * The rows of a table.
     *
     * @param indices int64 {@code [...]}, from 0 to below {@code count}
     * @param weight {@code [count, size]}
     * @return {@code [..., size]}
     */
    public static Tensor embedding(Tensor indices, Tensor weight) {
        return embedding(indices, weight, -1);
    }

    /**
     * As {@link #embedding(Tensor, Tensor)}, and one row gets no gradients.
     *
     * @param paddingIndex of that row; -1 for none
     */
    public static Tensor embedding(Tensor indices, Tensor weight, long paddingIndex) {
        return Tensor.result(OperatorCall.of(EMBEDDING)
                .tensor(weight.handle())
                .tensor(indices.handle())
                .integer(paddingIndex)
                .bool(false)
                .bool(false));
    }

    /**
     * softmax(Q K^T / sqrt(size) + mask) V: for each query the mean of the values, weighted by how well their keys fit.
     *
     * <p>Vaswani et al., <i>Attention Is All You Need</i> (2017), equation 1.
     *
     * @param query {@code [..., length, size]}
     * @param key {@code [..., others, size]}
     * @param value {@code [..., others, value size]}
     * @param mask that can be {@linkplain Tensor#expand expanded} to {@code [..., length, others]}: booleans, true where a query
     *     may look, or numbers that are added before the softmax
     * @param causal whether a query sees the keys up to its own place alone; not together with a mask
     * @return {@code [..., length, value size]}
     */
    public static Tensor scaledDotProductAttention(
            Tensor query, Tensor key, Tensor value, Optional<Tensor> mask, boolean causal) {
        return Tensor.result(OperatorCall.of(ATTENTION)
                .tensor(query.handle())
                .tensor(key.handle())
                .tensor(value.handle())
                .optionalTensor(handle(mask))
                .floating(0)
                .bool(causal)
                .none()
                .bool(false));
    }

    private static long handle(Optional<Tensor> tensor) {
        return tensor.map(Tensor::handle).orElse(0L);
    }
}
