package dev.dafl.tensor;

import java.util.Arrays;

/**
 * How the elements of a tensor lie in memory.
 *
 * @param shape such as {@code [n, c, h, w]}
 * @param strides distance in elements between neighbours along each dimension, from 0
 */
public record Layout(long[] shape, long[] strides) {

    /** @throws IllegalArgumentException when there are not as many strides as sizes, or one is negative */
    public Layout {
        if (shape.length != strides.length
                || Arrays.stream(shape).anyMatch(size -> size < 0)
                || Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
            throw new IllegalArgumentException(
                    "the sizes " + Arrays.toString(shape) + " do not go with the strides " + Arrays.toString(strides));
        }
        shape = shape.clone();
        strides = strides.clone();
    }

    /** In the order of the shape, as {@code torch.contiguous_format}. */
    public static Layout contiguous(long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            // Only that of an empty tensor can be more than a long holds; it reaches nothing then.
            stride = stride > Long.MAX_VALUE / Math.max(1, shape[i]) ? Long.MAX_VALUE : stride * Math.max(1, shape[i]);
        }
        return new Layout(shape, strides);
    }

    /**
     * How many elements there are in memory from the first to the last, both counted.
     *
     * @throws ArithmeticException when it is more than a {@code long} holds
     */
    public long extent() {
        long last = 0;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0) {
                return 0;
            }
            last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
        }
        return Math.addExact(last, 1);
    }

    /**
     * Number of elements; more than the {@link #extent} where some share their memory.
     *
     * @throws ArithmeticException when it is more than a {@code long} holds
     */
    public long numel() {
        long numel = 1;
        for (long size : shape) {
            numel = Math.multiplyExact(numel, size);
        }
        return numel;
    }
}
