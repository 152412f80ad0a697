package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;

/**
 * Operators along dimensions or over all elements. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface ReductionOperators permits Tensor {

    /** Sum of all elements, without dimensions. */
    default Tensor sum() {
        return Tensor.result(call(Aten.SUM_ALL).none());
    }

    /** Mean of all elements, without dimensions. Floating. */
    default Tensor mean() {
        return Tensor.result(call(Aten.MEAN_ALL).none());
    }

    /** Largest element, without dimensions. */
    default Tensor max() {
        return Tensor.result(call(Aten.MAX));
    }

    /** Smallest element, without dimensions. */
    default Tensor min() {
        return Tensor.result(call(Aten.MIN));
    }

    /** Whether all hold: bool without dimensions. */
    default Tensor all() {
        return Tensor.result(call(Aten.ALL));
    }

    /** Whether any holds: bool without dimensions. */
    default Tensor any() {
        return Tensor.result(call(Aten.ANY));
    }

    /** Sum over the given dimensions. */
    default Tensor sum(boolean keepDim, long... dims) {
        return Tensor.result(
                call(Aten.SUM_DIMS).optionalIntegers(dims).bool(keepDim).none());
    }

    /** Mean over the given dimensions. */
    default Tensor mean(boolean keepDim, long... dims) {
        return Tensor.result(
                call(Aten.MEAN_DIMS).optionalIntegers(dims).bool(keepDim).none());
    }

    /**
     * Variance over the given dimensions.
     *
     * @param unbiased divide by n - 1 rather than by n
     */
    default Tensor variance(boolean unbiased, boolean keepDim, long... dims) {
        return Tensor.result(
                call(Aten.VARIANCE).optionalIntegers(dims).bool(unbiased).bool(keepDim));
    }

    /**
     * Standard deviation over the given dimensions.
     *
     * @param unbiased divide by n - 1 rather than by n
     */
    default Tensor std(boolean unbiased, boolean keepDim, long... dims) {
        return Tensor.result(
                call(Aten.STD).optionalIntegers(dims).bool(unbiased).bool(keepDim));
    }

    /** Largest element along the given dimensions. */
    default Tensor amax(boolean keepDim, long... dims) {
        return Tensor.result(call(Aten.AMAX).integers(dims).bool(keepDim));
    }

    /** Smallest element along the given dimensions. */
    default Tensor amin(boolean keepDim, long... dims) {
        return Tensor.result(call(Aten.AMIN).integers(dims).bool(keepDim));
    }

    /** log of the sum of e^x over the given dimensions. */
    default Tensor logsumexp(boolean keepDim, long... dims) {
        return Tensor.result(call(Aten.LOGSUMEXP).integers(dims).bool(keepDim));
    }

    /** Index of the largest element along {@code dim}: int64 without that dimension. */
    default Tensor argmax(long dim) {
        return Tensor.result(call(Aten.ARGMAX).optionalInteger(dim).bool(false));
    }

    /** Running sum along {@code dim}. */
    default Tensor cumsum(long dim) {
        return Tensor.result(call(Aten.CUMSUM).integer(dim).none());
    }

    /** e^x divided by its sum along {@code dim}. */
    default Tensor softmax(long dim) {
        return Tensor.result(call(Aten.SOFTMAX).integer(dim).none());
    }

    /** Logarithm of the softmax along {@code dim}. */
    default Tensor logSoftmax(long dim) {
        return Tensor.result(call(Aten.LOG_SOFTMAX).integer(dim).none());
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }
}
