package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;

/**
 * Images as a network sees them, on their way to be drawn.
 *
 * @param values of the shape {@code [n, channels, height, width]}
 * @param normalization what they were normalised with
 */
record NormalisedPixels(float[] values, int channels, int height, int width, Normalization normalization) {

    private static final int DRAWN = 56;
    private static final int SMALL = 64;
    private static final int GREY = Tiles.OPAQUE | 0x808080;

    /**
     * Images of which hundreds fit into a picture: those with a side above {@value #SMALL} pixels at a half of it, a third, and so
     * on.
     *
     * @param images float32 {@code [n, c, h, w]}
     */
    static Tensor small(Tensor images) {
        long part = Math.ceilDiv(Math.max(images.size(2), images.size(3)), SMALL);
        return part == 1
                ? images
                : Functional.adaptiveAvgPool2d(
                        images, Math.max(1, images.size(2) / part), Math.max(1, images.size(3) / part));
    }

    /** @param images float32 {@code [n, c, h, w]} */
    static NormalisedPixels of(Tensor images, Normalization normalization) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return new NormalisedPixels(
                    images.toFloats(),
                    Math.toIntExact(images.size(1)),
                    Math.toIntExact(images.size(2)),
                    Math.toIntExact(images.size(3)),
                    normalization);
        }
    }

    /** A picture for such images, in which none is too small to see. */
    Tiles tiles(int columns, int rows) {
        return new Tiles(columns, rows, width, height, Math.max(1, DRAWN / height), GREY);
    }

    /** RGB of the pixel {@code y * width + x} of an image. */
    int colour(int image, int pixel) {
        int plane = height * width;
        int colour = 0;
        for (int c = 0; c < 3; c++) {
            int channel = channels == 3 ? c : 0;
            double value = values[(image * channels + channel) * plane + pixel]
                            * normalization.std().get(channel)
                    + normalization.mean().get(channel);
            colour = colour << 8 | (int) Math.round(255 * Math.clamp(value, 0, 1));
        }
        return colour;
    }
}
