package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;

/**
 * Products of vectors and matrices. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface MatrixOperators permits Tensor {

    /** Matrix product; batched for more than two dimensions. */
    default Tensor matmul(Tensor other) {
        return Tensor.result(call(Aten.MATMUL).tensor(other.handle()));
    }

    /** Matrix product of [n, k] and [k, m]. */
    default Tensor mm(Tensor other) {
        return Tensor.result(call(Aten.MM).tensor(other.handle()));
    }

    /** Batched matrix product of [b, n, k] and [b, k, m]. */
    default Tensor bmm(Tensor other) {
        return Tensor.result(call(Aten.BMM).tensor(other.handle()));
    }

    /** Inner product of two vectors. */
    default Tensor dot(Tensor other) {
        return Tensor.result(call(Aten.DOT).tensor(other.handle()));
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }
}
