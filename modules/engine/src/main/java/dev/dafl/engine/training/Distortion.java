package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * Images turned, slanted, stretched, moved and made paler or stronger, each its own way. Strokes come out at other angles, of
 * other widths and strengths than those that a generator likes best, and the teacher says what they are then.
 *
 * @param strength factor on all the ranges below, 0 to 1
 */
record Distortion(double strength) {

    private static final double TURN = Math.toRadians(30);
    private static final double SLANT = 0.4;
    /** Sizes are from 1 - ZOOM to 1 + ZOOM. */
    private static final double ZOOM = 0.5;
    /** Share of half the size by which images are moved at most. */
    private static final double SHIFT = 0.3;
    /** Distances from the darkest pixel are from 1 - CONTRAST to 1 + CONTRAST. */
    static final double CONTRAST = 0.5;

    /**
     * What comes in at an edge repeats the edge.
     *
     * @param images {@code [n, c, h, w]}
     * @return float32 {@code [n, c, h, w]}; the images themselves where the strength is 0
     */
    Tensor of(Tensor images, RandomGenerator numbers) {
        if (strength == 0) {
            return images;
        }
        Tensor values = images.to(DType.FLOAT32);
        int count = Math.toIntExact(images.size(0));
        float[] theta = new float[count * 6];
        for (int i = 0; i < count; i++) {
            double turn = within(TURN, numbers);
            double slant = within(SLANT, numbers);
            double x = 1 + within(ZOOM, numbers);
            double y = 1 + within(ZOOM, numbers);
            // Rows of the map from places in the new image to places in the old one, both from -1 to 1.
            theta[i * 6] = (float) (Math.cos(turn) / x);
            theta[i * 6 + 1] = (float) ((slant * Math.cos(turn) - Math.sin(turn)) / x);
            theta[i * 6 + 2] = (float) within(SHIFT, numbers);
            theta[i * 6 + 3] = (float) (Math.sin(turn) / y);
            theta[i * 6 + 4] = (float) ((slant * Math.sin(turn) + Math.cos(turn)) / y);
            theta[i * 6 + 5] = (float) within(SHIFT, numbers);
        }
        Tensor map = Tensor.of(theta, count, 2, 3).to(images.device());
        Tensor moved = Functional.gridSample(values, Functional.affineGrid(map, images.shape()));
        float[] contrast = new float[count];
        for (int i = 0; i < count; i++) {
            contrast[i] = (float) (1 + within(CONTRAST, numbers));
        }
        Tensor black = values.amin(true, 1, 2, 3);
        return black.lerp(moved, Tensor.of(contrast, count, 1, 1, 1).to(images.device()));
    }

    private double within(double most, RandomGenerator numbers) {
        return strength * most * (2 * numbers.nextDouble() - 1);
    }
}
