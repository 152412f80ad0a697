package dev.dafl.plugins.inversion;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Moves all images of a batch alike. What leaves at one edge comes in at the other.
 *
 * @param down pixels, negative for up
 * @param right pixels, negative for left
 * @param mirrored whether they are mirrored left to right afterwards
 */
record Jitter(int down, int right, boolean mirrored) {

    /**
     * @param vertically pixels at most, in both directions
     * @param horizontally pixels at most, in both directions
     * @param flip whether images are mirrored in half of all cases
     */
    static Jitter draw(int vertically, int horizontally, boolean flip, RandomGenerator random) {
        int down = random.nextInt(-vertically, vertically + 1);
        int right = random.nextInt(-horizontally, horizontally + 1);
        return new Jitter(down, right, flip && random.nextBoolean());
    }

    /** @param images {@code [n, c, h, w]}; gradients flow into them */
    Tensor of(Tensor images) {
        Tensor moved = rolled(rolled(images, 2, down), 3, right);
        return mirrored ? moved.flip(3) : moved;
    }

    private static Tensor rolled(Tensor images, int dim, int by) {
        long size = images.size(dim);
        long first = Math.floorMod(-by, size);
        return first == 0
                ? images
                : Functional.cat(List.of(images.narrow(dim, first, size - first), images.narrow(dim, 0, first)), dim);
    }
}
