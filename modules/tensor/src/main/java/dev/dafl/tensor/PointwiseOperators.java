package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import java.util.function.BinaryOperator;

/**
 * Operators that compute element by element. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface PointwiseOperators permits Tensor {

    /** |x|, elementwise. */
    default Tensor abs() {
        return Tensor.result(call(Aten.ABS));
    }

    /** -x, elementwise. */
    default Tensor neg() {
        return Tensor.result(call(Aten.NEG));
    }

    /** e^x, elementwise. */
    default Tensor exp() {
        return Tensor.result(call(Aten.EXP));
    }

    /** Natural logarithm, elementwise. */
    default Tensor log() {
        return Tensor.result(call(Aten.LOG));
    }

    /** Decimal logarithm, elementwise. */
    default Tensor log10() {
        return Tensor.result(call(Aten.LOG10));
    }

    /** Square root, elementwise. */
    default Tensor sqrt() {
        return Tensor.result(call(Aten.SQRT));
    }

    /** 1 / sqrt(x), elementwise. */
    default Tensor rsqrt() {
        return Tensor.result(call(Aten.RSQRT));
    }

    /** x^2, elementwise. */
    default Tensor square() {
        return Tensor.result(call(Aten.SQUARE));
    }

    /** Sine, elementwise. */
    default Tensor sin() {
        return Tensor.result(call(Aten.SIN));
    }

    /** Cosine, elementwise. */
    default Tensor cos() {
        return Tensor.result(call(Aten.COS));
    }

    /** Hyperbolic tangent, elementwise. */
    default Tensor tanh() {
        return Tensor.result(call(Aten.TANH));
    }

    /** 1 / (1 + e^-x), elementwise. */
    default Tensor sigmoid() {
        return Tensor.result(call(Aten.SIGMOID));
    }

    /** max(x, 0), elementwise. */
    default Tensor relu() {
        return Tensor.result(call(Aten.RELU));
    }

    /** min(max(x, 0), 6), elementwise. */
    default Tensor relu6() {
        return Tensor.result(call(Aten.RELU6));
    }

    /** x * min(max(x + 3, 0), 6) / 6, elementwise. */
    default Tensor hardswish() {
        return Tensor.result(call(Aten.HARDSWISH));
    }

    /** x * sigmoid(x), elementwise. */
    default Tensor silu() {
        return Tensor.result(call(Aten.SILU));
    }

    /** -1, 0 or 1, elementwise; its gradient is zero. */
    default Tensor sign() {
        return Tensor.result(call(Aten.SIGN));
    }

    /** Largest integer not above x, elementwise. */
    default Tensor floor() {
        return Tensor.result(call(Aten.FLOOR));
    }

    /** Nearest integer, halves to even, elementwise. */
    default Tensor round() {
        return Tensor.result(call(Aten.ROUND));
    }

    /** 1 / x, elementwise. */
    default Tensor reciprocal() {
        return Tensor.result(call(Aten.RECIPROCAL));
    }

    /** Whether x is not a number, elementwise: bool. */
    default Tensor isnan() {
        return Tensor.result(call(Aten.ISNAN));
    }

    /** Whether x is neither NaN nor infinite, elementwise: bool. */
    default Tensor isfinite() {
        return Tensor.result(call(Aten.ISFINITE));
    }

    /** Not, elementwise: bool. */
    default Tensor logicalNot() {
        return Tensor.result(call(Aten.LOGICAL_NOT));
    }

    /** log(sigmoid(x)), elementwise. */
    default Tensor logSigmoid() {
        return Tensor.result(call(Aten.LOG_SIGMOID));
    }

    /** x + other, with broadcasting. Both floating. */
    default Tensor add(Tensor other) {
        return addScaled(other, 1);
    }

    /** x - other, with broadcasting. Both floating. */
    default Tensor sub(Tensor other) {
        return addScaled(other, -1);
    }

    /** x + value, elementwise. */
    default Tensor add(double value) {
        try (Tensor scalar = Tensor.scalar(value, self().dtype())) {
            return addScaled(scalar, 1);
        }
    }

    /** x - value, elementwise. */
    default Tensor sub(double value) {
        return add(-value);
    }

    /** x * value, elementwise. */
    default Tensor mul(double value) {
        return withScalar(value, Tensor::mul);
    }

    /** x / value, elementwise. */
    default Tensor div(double value) {
        return withScalar(value, Tensor::div);
    }

    /** x^exponent, elementwise. */
    default Tensor pow(double exponent) {
        return withScalar(exponent, Tensor::pow);
    }

    /** x + factor * other, with broadcasting. Both floating. */
    default Tensor addScaled(Tensor other, double factor) {
        return Tensor.owned(TensorHandles.subtract(self().handle(), other.handle(), -factor));
    }

    /** x * other, with broadcasting. */
    default Tensor mul(Tensor other) {
        return Tensor.result(call(Aten.MUL).tensor(other.handle()));
    }

    /** x / other, with broadcasting. */
    default Tensor div(Tensor other) {
        return Tensor.result(call(Aten.DIV).tensor(other.handle()));
    }

    /** x^other, with broadcasting. */
    default Tensor pow(Tensor other) {
        return Tensor.result(call(Aten.POW).tensor(other.handle()));
    }

    /** The larger of both, elementwise. */
    default Tensor maximum(Tensor other) {
        return Tensor.result(call(Aten.MAXIMUM).tensor(other.handle()));
    }

    /** The smaller of both, elementwise. */
    default Tensor minimum(Tensor other) {
        return Tensor.result(call(Aten.MINIMUM).tensor(other.handle()));
    }

    /** Whether both are equal, elementwise: bool. */
    default Tensor eq(Tensor other) {
        return Tensor.result(call(Aten.EQ).tensor(other.handle()));
    }

    /** Whether x is less, elementwise: bool. */
    default Tensor lt(Tensor other) {
        return Tensor.result(call(Aten.LT).tensor(other.handle()));
    }

    /** Whether x is greater, elementwise: bool. */
    default Tensor gt(Tensor other) {
        return Tensor.result(call(Aten.GT).tensor(other.handle()));
    }

    /** And, elementwise: bool. */
    default Tensor logicalAnd(Tensor other) {
        return Tensor.result(call(Aten.LOGICAL_AND).tensor(other.handle()));
    }

    /** min(max(x, low), high), elementwise. */
    default Tensor clamp(double low, double high) {
        Tensor lowest = Tensor.scalar(low, self().dtype());
        Tensor highest = Tensor.scalar(high, self().dtype());
        try {
            return Tensor.result(
                    call(Aten.CLAMP).optionalTensor(lowest.handle()).optionalTensor(highest.handle()));
        } finally {
            lowest.close();
            highest.close();
        }
    }

    /** x + weight * (end - x), with broadcasting. */
    default Tensor lerp(Tensor end, Tensor weight) {
        return Tensor.result(call(Aten.LERP).tensor(end.handle()).tensor(weight.handle()));
    }

    /** Where this (bool) holds the element of {@code yes}, else that of {@code no}. */
    default Tensor where(Tensor yes, Tensor no) {
        return Tensor.result(call(Aten.WHERE).tensor(yes.handle()).tensor(no.handle()));
    }

    private Tensor withScalar(double value, BinaryOperator<Tensor> operator) {
        // Beside a tensor with dimensions libtorch keeps that one's type, and as float64 no digit of the number is
        // lost.
        // Beside one without, both types count, so the number takes the tensor's.
        DType type = self().dim() == 0 && self().dtype().isFloating() ? self().dtype() : DType.FLOAT64;
        try (Tensor scalar = Tensor.scalar(value, type)) {
            return operator.apply(self(), scalar);
        }
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
