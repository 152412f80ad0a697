package dev.dafl.engine.training;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Distortions, random crops, mirror images and squares without an image, each image its own, on the device: whatever the number of
 * images, a few operators.
 */
record Augmentation(AugmentConfig config) {

    /**
     * @param images {@code [n, c, h, w]}, where 0 is black
     * @return {@code [n, c, h, w]}, of the same type, or float32 where they are distorted
     */
    Tensor of(Tensor images, RandomGenerator numbers) {
        Tensor distorted = new Distortion(config.distort()).of(images, numbers);
        int count = Math.toIntExact(images.size(0));
        int channels = Math.toIntExact(images.size(1));
        int height = Math.toIntExact(images.size(2));
        int width = Math.toIntExact(images.size(3));
        int padding = config.cropPadding();
        long[] rows = new long[count * height];
        long[] columns = new long[count * width];
        for (int i = 0; i < count; i++) {
            int top = numbers.nextInt(2 * padding + 1);
            int left = numbers.nextInt(2 * padding + 1);
            boolean mirrored = config.flip() && numbers.nextBoolean();
            for (int y = 0; y < height; y++) {
                rows[i * height + y] = (long) top + y;
            }
            for (int x = 0; x < width; x++) {
                columns[i * width + x] = (long) left + (mirrored ? width - 1 - x : x);
            }
        }
        Tensor padded = padding == 0 ? distorted : Functional.pad2d(distorted, padding, padding, padding, padding);
        Tensor cut = padded.gather(
                2,
                Tensor.of(rows, count, 1, height, 1)
                        .to(images.device())
                        .expand(count, channels, height, width + 2L * padding));
        Tensor cropped = cut.gather(
                3, Tensor.of(columns, count, 1, 1, width).to(images.device()).expand(count, channels, height, width));
        return config.cutout() == 0
                ? cropped
                : cropped.mul(
                        kept(count, height, width, numbers).to(images.device()).to(images.dtype()));
    }

    /** 1 where an image is kept, 0 where its square lies: uint8 {@code [n, 1, h, w]}. */
    private Tensor kept(int count, int height, int width, RandomGenerator numbers) {
        byte[] mask = new byte[count * height * width];
        Arrays.fill(mask, (byte) 1);
        for (int i = 0; i < count; i++) {
            int top = numbers.nextInt(height) - config.cutout() / 2;
            int left = numbers.nextInt(width) - config.cutout() / 2;
            for (int y = Math.max(0, top); y < Math.min(height, top + config.cutout()); y++) {
                int row = (i * height + y) * width;
                Arrays.fill(
                        mask,
                        row + Math.max(0, left),
                        row + Math.max(0, Math.min(width, left + config.cutout())),
                        (byte) 0);
            }
        }
        return Tensor.of(mask, count, 1, height, width);
    }
}
