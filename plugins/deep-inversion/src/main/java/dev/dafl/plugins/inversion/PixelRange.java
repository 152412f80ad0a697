package dev.dafl.plugins.inversion;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;

/**
 * What values a pixel can have after normalisation, {@code [1, c, 1, 1]} each.
 *
 * @param black (0 - mean) / std
 * @param white (1 - mean) / std
 */
record PixelRange(Tensor black, Tensor white) {

    static PixelRange of(Normalization normalization, Device device) {
        return new PixelRange(perChannel(normalization, 0, device), perChannel(normalization, 1, device));
    }

    /** The images, {@code [n, c, h, w]}, with what lies outside brought to the nearer end. */
    Tensor clamped(Tensor images) {
        return images.maximum(black).minimum(white);
    }

    private static Tensor perChannel(Normalization normalization, double pixel, Device device) {
        float[] values = new float[normalization.mean().size()];
        for (int c = 0; c < values.length; c++) {
            values[c] = (float)
                    ((pixel - normalization.mean().get(c)) / normalization.std().get(c));
        }
        return Tensor.of(values, 1, values.length, 1, 1).to(device);
    }
}
