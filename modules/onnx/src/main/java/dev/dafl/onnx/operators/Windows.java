package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.Attributes;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import java.util.Arrays;

/**
 * How the windows of a convolution or pooling lie on an image; one number for each of its dimensions of places, such as height
 * and width.
 *
 * @param kernel 1 or more
 * @param strides 1 or more
 * @param dilations 1 or more
 * @param before places put in front, 0 or more
 * @param after places put behind, 0 or more
 */
record Windows(long[] kernel, long[] strides, long[] dilations, long[] before, long[] after) {

    /** More would be no network but a mistake in the file. */
    private static final long MOST = 1 << 20;

    /** @param shape of the input, {@code [n, c, places...]} */
    static Windows of(Call call, long[] shape, long... kernel) {
        Attributes attributes = call.attributes();
        int dims = shape.length - 2;
        if (kernel.length != dims || dims < 1 || dims > 3) {
            throw new OnnxException(
                    "it has windows of " + kernel.length + " dimensions on an input of shape " + Shown.shape(shape));
        }
        long[] strides = numbers(attributes, "strides", 1, dims, 1);
        long[] dilations = numbers(attributes, "dilations", 1, dims, 1);
        positive("kernel_shape", 1, kernel);
        long[] pads = numbers(attributes, "pads", 0, 2 * dims, 0);
        Windows windows = new Windows(
                kernel, strides, dilations, Arrays.copyOf(pads, dims), Arrays.copyOfRange(pads, dims, 2 * dims));
        String auto = attributes.text("auto_pad", "NOTSET");
        return switch (auto) {
            case "NOTSET" -> windows;
            case "VALID" -> windows.padded(new long[dims], new long[dims]);
            case "SAME_UPPER" -> windows.same(shape, false);
            case "SAME_LOWER" -> windows.same(shape, true);
            default -> throw new OnnxException("its auto_pad is " + Shown.quoted(auto));
        };
    }

    private static long[] numbers(Attributes attributes, String name, long least, int count, long absent) {
        long[] all = new long[count];
        Arrays.fill(all, absent);
        long[] given = attributes.integers(name).filter(list -> list.length > 0).orElse(all);
        if (given.length != count) {
            throw new OnnxException(
                    "its attribute " + name + " has " + given.length + " numbers where " + count + " are due");
        }
        positive(name, least, given);
        return given;
    }

    private static void positive(String name, long least, long... numbers) {
        for (long number : numbers) {
            if (number < least || number > MOST) {
                throw new OnnxException("its attribute " + name + " is " + Shown.shape(numbers));
            }
        }
    }

    int dims() {
        return kernel.length;
    }

    boolean symmetric() {
        return Arrays.equals(before, after);
    }

    boolean dilated() {
        return Arrays.stream(dilations).anyMatch(d -> d != 1);
    }

    Windows padded(long[] newBefore, long[] newAfter) {
        return new Windows(kernel, strides, dilations, newBefore, newAfter);
    }

    /** Without padding, which somebody else puts there. */
    Windows bare() {
        return padded(new long[dims()], new long[dims()]);
    }

    /** How many places a kernel spans along a dimension. */
    long span(int dim) {
        return (kernel[dim] - 1) * dilations[dim] + 1;
    }

    /** As many windows as places divided by the stride; an odd place more goes in front where {@code lower}, else behind. */
    private Windows same(long[] shape, boolean lower) {
        long[] front = new long[dims()];
        long[] back = new long[dims()];
        for (int i = 0; i < dims(); i++) {
            long size = shape[i + 2];
            long windows = Math.ceilDiv(size, strides[i]);
            long total = Math.max(0, (windows - 1) * strides[i] + span(i) - size);
            front[i] = lower ? total - total / 2 : total / 2;
            back[i] = total - front[i];
        }
        return padded(front, back);
    }

    /** Windows along a dimension; that the last may hang over the end is for poolings alone. */
    long count(int dim, long size, boolean ceil) {
        long room = size + before[dim] + after[dim] - span(dim);
        if (room < 0) {
            throw new OnnxException("its window spans " + span(dim) + " places where its input has "
                    + (size + before[dim] + after[dim]) + " with padding");
        }
        long count = (ceil ? Math.ceilDiv(room, strides[dim]) : room / strides[dim]) + 1;
        // A window that begins in the padding behind is none.
        return ceil && (count - 1) * strides[dim] >= size + before[dim] ? count - 1 : count;
    }

    /** The shape {@code [n, channels, windows...]}. */
    long[] output(long[] shape, long channels, boolean ceil) {
        long[] output = new long[shape.length];
        output[0] = shape[0];
        output[1] = channels;
        for (int i = 0; i < dims(); i++) {
            output[i + 2] = count(i, shape[i + 2], ceil);
        }
        return output;
    }

    /** The shape with the padding. */
    long[] paddedShape(long... shape) {
        long[] padded = shape.clone();
        for (int i = 0; i < dims(); i++) {
            padded[i + 2] += before[i] + after[i];
        }
        return padded;
    }

    /** The padding as {@code aten::pad} takes it: of the last dimension first, in front and behind. */
    long[] aten() {
        long[] pads = new long[2 * dims()];
        for (int i = 0; i < dims(); i++) {
            pads[2 * i] = before[dims() - 1 - i];
            pads[2 * i + 1] = after[dims() - 1 - i];
        }
        return pads;
    }
}
