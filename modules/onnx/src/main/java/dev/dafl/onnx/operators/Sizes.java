package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import java.util.Arrays;

/** Arithmetic of shapes. */
public final class Sizes {

    private Sizes() {}

    /** Number of elements; {@link Long#MAX_VALUE} for more than that. */
    public static long count(long... shape) {
        long count = 1;
        for (long size : shape) {
            if (size == 0) {
                return 0;
            }
            count = count > Long.MAX_VALUE / Math.abs(size) ? Long.MAX_VALUE : count * size;
        }
        return count;
    }

    /** The shape of an elementwise result, by the rules of broadcasting. */
    public static long[] broadcast(long[] one, long[] other) {
        int rank = Math.max(one.length, other.length);
        long[] both = new long[rank];
        for (int i = 0; i < rank; i++) {
            long a = fromEnd(one, rank - 1 - i);
            long b = fromEnd(other, rank - 1 - i);
            if (a != b && a != 1 && b != 1) {
                throw new OnnxException("its inputs of the shapes " + Shown.shape(one) + " and " + Shown.shape(other)
                        + " do not fit together");
            }
            both[i] = a == 1 ? b : a;
        }
        return both;
    }

    /** The size of a dimension counted from the last, 0; 1 where there is none. */
    public static long fromEnd(long[] shape, int index) {
        return index < shape.length ? shape[shape.length - 1 - index] : 1;
    }

    /** With another size in one place. */
    public static long[] with(long[] shape, int index, long size) {
        long[] changed = shape.clone();
        changed[index] = size;
        return changed;
    }

    public static long[] joined(long[] first, long... second) {
        long[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** From {@code start} to before {@code end}. */
    public static long[] range(int start, int end) {
        long[] numbers = new long[Math.max(0, end - start)];
        Arrays.setAll(numbers, i -> start + i);
        return numbers;
    }
}
