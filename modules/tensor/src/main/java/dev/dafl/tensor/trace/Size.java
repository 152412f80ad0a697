package dev.dafl.tensor.trace;

import java.util.Optional;

/**
 * A whole number of a graph, such as the size of a dimension: the same for all batches, or one that grows with the batch.
 *
 * @param fixed what does not depend on the batch
 * @param perExample what each example of the batch adds
 */
public record Size(long fixed, long perExample) {

    /** The number of examples itself. */
    public static final Size BATCH = new Size(0, 1);

    public static Size of(long fixed) {
        return new Size(fixed, 0);
    }

    public boolean isFixed() {
        return perExample == 0;
    }

    public Size plus(Size other) {
        return new Size(fixed + other.fixed, perExample + other.perExample);
    }

    /** What it is for so many examples. */
    public long at(long batch) {
        return fixed + perExample * batch;
    }

    /** The size that is {@code values[i]} for {@code batches[i]} examples; empty where there is none. */
    static Optional<Size> through(long[] batches, long[] values) {
        long run = batches[1] - batches[0];
        long rise = values[1] - values[0];
        Size size = new Size(values[0] - rise / run * batches[0], rise / run);
        for (int i = 0; i < batches.length; i++) {
            if (size.at(batches[i]) != values[i]) {
                return Optional.empty();
            }
        }
        return Optional.of(size);
    }

    /** {@code 10}, {@code n}, {@code 4n} or {@code 4n + 10}. */
    @Override
    public String toString() {
        if (isFixed()) {
            return Long.toString(fixed);
        }
        String growing = (perExample == 1 ? "" : perExample) + "n";
        return fixed == 0 ? growing : growing + " + " + fixed;
    }
}
