package dev.dafl.tensor;

/**
 * A length along the height and one along the width: of a kernel, a stride, a padding or a dilation.
 *
 * @param height in pixels
 * @param width in pixels
 */
public record Size2(long height, long width) {

    /** The same in both directions. */
    public static Size2 square(long size) {
        return new Size2(size, size);
    }

    /** Pixels of a rectangle of this size. */
    public long area() {
        return Math.multiplyExact(height, width);
    }

    long[] toArray() {
        return new long[] {height, width};
    }
}
