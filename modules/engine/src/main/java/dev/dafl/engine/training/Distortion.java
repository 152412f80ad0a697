package dev.dafl.engine.training;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.random.RandomGenerator;

/** Images a little larger or smaller and a little elsewhere, as a pen or a camera would have it. */
final class Distortion {

    /** Sizes are from 1 - ZOOM to 1 + ZOOM. */
    private static final double ZOOM = 0.2;
    /** Share of the size by which images are moved at most. */
    private static final double SHIFT = 0.1;

    private Distortion() {}

    /**
     * One distortion for a whole batch; what comes in at an edge repeats the edge.
     *
     * @param images {@code [n, c, h, w]}
     * @return {@code [n, c, h, w]}
     */
    static Tensor of(Tensor images, RandomGenerator numbers) {
        int height = Math.toIntExact(images.size(2));
        int width = Math.toIntExact(images.size(3));
        int newHeight = resized(height, numbers);
        int newWidth = resized(width, numbers);
        Tensor zoomed = Functional.upsampleBilinear2d(images, newHeight, newWidth);
        int down = moved(height, numbers);
        int right = moved(width, numbers);
        int top = down + (height - newHeight) / 2;
        int left = right + (width - newWidth) / 2;
        // Negative where the image reaches over the edge: padding cuts it off there.
        return Functional.padReplicate2d(zoomed, left, width - newWidth - left, top, height - newHeight - top);
    }

    private static int resized(int size, RandomGenerator numbers) {
        return (int) Math.round(size * (1 + ZOOM * (2 * numbers.nextDouble() - 1)));
    }

    private static int moved(int size, RandomGenerator numbers) {
        return (int) Math.round(size * SHIFT * (2 * numbers.nextDouble() - 1));
    }
}
