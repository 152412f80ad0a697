package dev.dafl.engine.training;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.random.RandomGenerator;

/** Random crops and mirror images, each image its own, on the device: two gathers, whatever the number of images. */
record Augmentation(AugmentConfig config) {

    /**
     * @param bytes uint8 {@code [n, c, h, w]}
     * @return uint8 {@code [n, c, h, w]}
     */
    Tensor of(Tensor bytes, RandomGenerator numbers) {
        int count = Math.toIntExact(bytes.size(0));
        int channels = Math.toIntExact(bytes.size(1));
        int height = Math.toIntExact(bytes.size(2));
        int width = Math.toIntExact(bytes.size(3));
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
        Tensor padded = padding == 0 ? bytes : Functional.pad2d(bytes, padding, padding, padding, padding);
        Tensor cut = padded.gather(
                2,
                Tensor.of(rows, count, 1, height, 1)
                        .to(bytes.device())
                        .expand(count, channels, height, width + 2L * padding));
        return cut.gather(
                3, Tensor.of(columns, count, 1, 1, width).to(bytes.device()).expand(count, channels, height, width));
    }
}
