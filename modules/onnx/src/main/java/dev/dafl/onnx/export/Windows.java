package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Arrays;

/** Numbers for height and width, as convolutions and poolings take them. */
final class Windows {

    private Windows() {}

    /** Two whole numbers, or one that stands for both; {@code otherwise} where the list is empty. */
    static long[] pair(Step step, int place, long... otherwise) {
        long[] values = step.has(place) ? step.wholes(place) : new long[0];
        return switch (values.length) {
            case 0 -> otherwise;
            case 1 -> new long[] {values[0], values[0]};
            default -> values;
        };
    }

    /** The same on both sides, as ONNX writes it: what is before height and width, then what is behind them. */
    static long[] bothSides(long... padding) {
        long[] both = Arrays.copyOf(padding, 2 * padding.length);
        System.arraycopy(padding, 0, both, padding.length, padding.length);
        return both;
    }

    /** Height and width of {@code [n, c, h, w]}. */
    static long[] area(String operator, Value images) {
        if (images.dim() != 4
                || !images.shape().get(2).isFixed()
                || !images.shape().get(3).isFixed()) {
            throw new UntranslatedException(operator + " of " + images.shape());
        }
        return images.shape().subList(2, 4).stream().mapToLong(Size::fixed).toArray();
    }
}
