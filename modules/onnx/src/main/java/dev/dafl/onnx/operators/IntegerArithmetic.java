package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.OnnxException;
import java.util.function.LongBinaryOperator;

/** Integers that are known, such as sizes, with broadcasting. On the Java heap: libtorch's processors trap on the lowest number divided by -1. */
final class IntegerArithmetic {

    private IntegerArithmetic() {}

    static Known apply(LongBinaryOperator operator, Known one, Known other) {
        long[] shape = Sizes.broadcast(one.shape(), other.shape());
        long[] values = new long[(int) Sizes.count(shape)];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = operator.applyAsLong(
                        one.wholes()[index(i, shape, one.shape())], other.wholes()[index(i, shape, other.shape())]);
            } catch (ArithmeticException _) {
                throw new OnnxException("it divides by 0");
            }
        }
        return Known.integers(shape, values);
    }

    static long power(long base, long exponent) {
        return (long) Math.pow(base, exponent);
    }

    /** Where the element at {@code index} of the broadcast shape is in a tensor of {@code own} shape. */
    private static int index(int index, long[] shape, long[] own) {
        int place = 0;
        int stride = 1;
        int rest = index;
        for (int i = 0; i < shape.length; i++) {
            int size = (int) Sizes.fromEnd(shape, i);
            int at = rest % size;
            rest /= size;
            int ownSize = (int) Sizes.fromEnd(own, i);
            if (ownSize > 1) {
                place += at * stride;
            }
            stride *= ownSize;
        }
        return place;
    }
}
