package dev.dafl.plugins.cmi;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * A view of each image of a batch: stretched, moved and perhaps mirrored, each image its own way. Pixels are found bilinearly, and
 * beyond an edge the edge is repeated.
 *
 * @param maps the affine maps from places in the view to places in the image, both from -1 to 1: two rows of three numbers for each
 *     image
 */
record View(float[] maps) {

    private static final int NUMBERS = 6;

    /** Shapes of crops lie between 3 : 4 and 4 : 3. */
    private static final double STRETCH = Math.log(4.0 / 3);

    /**
     * Moved by whole pixels, as a crop out of a larger picture would be.
     *
     * @param vertically pixels at most, in both directions
     * @param horizontally pixels at most, in both directions
     * @param flip whether half of the images are mirrored
     */
    static View moved(
            int count, int height, int width, int vertically, int horizontally, boolean flip, RandomGenerator random) {
        float[] maps = new float[count * NUMBERS];
        for (int i = 0; i < count; i++) {
            double y = 2.0 * random.nextInt(-vertically, vertically + 1) / height;
            double x = 2.0 * random.nextInt(-horizontally, horizontally + 1) / width;
            put(maps, i, mirror(flip, random), x, 1, y);
        }
        return new View(maps);
    }

    /**
     * A part of each image, as large as the image: its area is drawn evenly, its shape evenly in the logarithm, its place evenly
     * from those that lie inside.
     *
     * @param least the smallest share of the area, above 0 to 1
     * @param flip whether half of the images are mirrored
     */
    static View cropped(int count, double least, boolean flip, RandomGenerator random) {
        float[] maps = new float[count * NUMBERS];
        for (int i = 0; i < count; i++) {
            double area = least + (1 - least) * random.nextDouble();
            double shape = Math.exp((2 * random.nextDouble() - 1) * STRETCH);
            double width = Math.min(1, Math.sqrt(area * shape));
            double height = Math.min(1, Math.sqrt(area / shape));
            double x = (1 - width) * (2 * random.nextDouble() - 1);
            double y = (1 - height) * (2 * random.nextDouble() - 1);
            put(maps, i, mirror(flip, random) * width, x, height, y);
        }
        return new View(maps);
    }

    private static int mirror(boolean flip, RandomGenerator random) {
        return flip && random.nextBoolean() ? -1 : 1;
    }

    private static void put(float[] maps, int image, double width, double x, double height, double y) {
        maps[image * NUMBERS] = (float) width;
        maps[image * NUMBERS + 2] = (float) x;
        maps[image * NUMBERS + 4] = (float) height;
        maps[image * NUMBERS + 5] = (float) y;
    }

    /**
     * The view, through which gradients flow into the images.
     *
     * @param images {@code [n, c, h, w]}
     * @return {@code [n, c, h, w]}
     */
    Tensor of(Tensor images) {
        Tensor map = Tensor.of(maps, maps.length / NUMBERS, 2, 3).to(images.device());
        return Functional.gridSample(images, Functional.affineGrid(map, images.shape()));
    }
}
