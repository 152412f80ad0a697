package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;

/**
 * Other shapes and orders of the elements, and parts of them. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface ShapeOperators permits Tensor {

    /** The same memory in another shape; one size may be -1. */
    default Tensor view(long... sizes) {
        return Tensor.result(call(Aten.VIEW).integers(sizes));
    }

    /** Another shape, copied only if it must be; one size may be -1. */
    default Tensor reshape(long... sizes) {
        return Tensor.result(call(Aten.RESHAPE).integers(sizes));
    }

    /** Dimensions in another order, without copying. */
    default Tensor permute(long... dims) {
        return Tensor.result(call(Aten.PERMUTE).integers(dims));
    }

    /** Copies side by side, so many along each dimension. */
    default Tensor repeat(long... sizes) {
        return Tensor.result(call(Aten.REPEAT).integers(sizes));
    }

    /** Reversed along the given dimensions. */
    default Tensor flip(long... dims) {
        return Tensor.result(call(Aten.FLIP).integers(dims));
    }

    /** Dimensions of size 1 seen as larger, without copying; -1 keeps a size. */
    default Tensor expand(long... sizes) {
        return Tensor.result(call(Aten.EXPAND).integers(sizes).bool(false));
    }

    /** All dimensions from {@code startDim} on as one. */
    default Tensor flatten(long startDim) {
        return Tensor.result(call(Aten.FLATTEN).integer(startDim).integer(-1));
    }

    /** Two dimensions exchanged, without copying. */
    default Tensor transpose(long dim0, long dim1) {
        return Tensor.result(call(Aten.TRANSPOSE).integer(dim0).integer(dim1));
    }

    /** Without dimension {@code dim} where its size is 1. */
    default Tensor squeeze(long dim) {
        return Tensor.result(call(Aten.SQUEEZE).integer(dim));
    }

    /** With a dimension of size 1 put in at {@code dim}. */
    default Tensor unsqueeze(long dim) {
        return Tensor.result(call(Aten.UNSQUEEZE).integer(dim));
    }

    /** The part from {@code start} of {@code length} along {@code dim}, without copying. */
    default Tensor narrow(long dim, long start, long length) {
        return Tensor.result(call(Aten.NARROW).integer(dim).integer(start).integer(length));
    }

    /** The slice at {@code index} of {@code dim}, without that dimension. */
    default Tensor select(long dim, long index) {
        return Tensor.result(call(Aten.SELECT).integer(dim).integer(index));
    }

    /** The slices of {@code dim} that {@code indices} (int64 {@code [k]}) names, copied. */
    default Tensor indexSelect(long dim, Tensor indices) {
        return Tensor.result(call(Aten.INDEX_SELECT).integer(dim).tensor(indices.handle()));
    }

    /** The elements that {@code indices} (int64, same number of dimensions) names along {@code dim}. */
    default Tensor gather(long dim, Tensor indices) {
        return Tensor.result(
                call(Aten.GATHER).integer(dim).tensor(indices.handle()).bool(false));
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }
}
