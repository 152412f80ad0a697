package dev.dafl.model;

import dev.dafl.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/** The bytes of pictures as data sets have them: values as they were stored, not as a screen would show them. */
final class Pixels {

    private static final int BYTE = 8;
    private static final int COLOURS = 3;

    private Pixels() {}

    /**
     * Transparency is left out. Colours become grey by their luma (ITU-R BT.601), as in Pillow; grey becomes three equal colours.
     *
     * @param channels 1 or 3
     * @return uint8 {@code [1, channels, h, w]}; belongs to the innermost scope
     */
    static Tensor of(BufferedImage image, int channels) {
        int pixels = image.getWidth() * image.getHeight();
        byte[] bytes = new byte[channels * pixels];
        Raster raster = image.getRaster();
        if (raster.getNumBands() == 1 && image.getColorModel().getPixelSize() == BYTE && isGrey(image)) {
            int[] grey = raster.getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) grey[i % pixels];
            }
        } else {
            int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            for (int i = 0; i < bytes.length; i++) {
                int pixel = rgb[i % pixels];
                bytes[i] = (byte) (channels == COLOURS ? colour(pixel, i / pixels) : luma(pixel));
            }
        }
        return Tensor.of(bytes, 1, channels, image.getHeight(), image.getWidth());
    }

    /** A palette has one band too, whose numbers are no brightness. */
    private static boolean isGrey(BufferedImage image) {
        return image.getColorModel().getNumComponents() == 1;
    }

    /** @param which 0 red, 1 green, 2 blue */
    private static int colour(int rgb, int which) {
        return (rgb >> ((2 - which) * BYTE)) & 255;
    }

    private static int luma(int rgb) {
        return (299 * colour(rgb, 0) + 587 * colour(rgb, 1) + 114 * colour(rgb, 2) + 500) / 1000;
    }
}
