package dev.dafl.engine.training;

import dev.dafl.spi.ImageShape;

/** How many images go through networks at once where nothing is kept for gradients: fewer where they are large. */
public final class ImagesAtOnce {

    /** So large an image still goes with as many others as the caller likes. */
    private static final long PIXELS = 64 * 64;

    private ImagesAtOnce() {}

    /** As many as have the pixels of {@code most} images of 64x64, at least one and at most {@code most}. */
    public static int of(int most, ImageShape shape) {
        return Math.clamp(most * PIXELS / ((long) shape.height() * shape.width()), 1, most);
    }
}
