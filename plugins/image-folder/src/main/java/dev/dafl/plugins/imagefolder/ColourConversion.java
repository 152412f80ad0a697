package dev.dafl.plugins.imagefolder;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Turns what a file stores into grey or red, green and blue. The stored values are taken as they are: Java's own conversions
 * would brighten grey and follow colour profiles, which nobody who trains networks does.
 */
final class ColourConversion {

    private final int channels;
    private final int height;
    private final int width;
    private final byte[] values;

    private ColourConversion(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = new byte[channels * height * width];
    }

    /** Palette, grey or colour, of any depth, with or without transparency. */
    static PlanarImage of(BufferedImage image, int channels) {
        ColourConversion conversion = new ColourConversion(channels, image.getHeight(), image.getWidth());
        if (image.getColorModel() instanceof IndexColorModel) {
            conversion.palette(image);
        } else {
            conversion.samples(image.getRaster());
        }
        return conversion.result();
    }

    /**
     * The four inks of a JPEG file, which everybody stores as Adobe does: 255 is no ink.
     *
     * @param transformed whether cyan, magenta and yellow are stored as brightness and colour
     */
    static PlanarImage ofInks(Raster inks, boolean transformed, int channels) {
        ColourConversion conversion = new ColourConversion(channels, inks.getHeight(), inks.getWidth());
        int[] row = new int[4 * conversion.width];
        for (int y = 0; y < conversion.height; y++) {
            inks.getPixels(inks.getMinX(), inks.getMinY() + y, conversion.width, 1, row);
            for (int x = 0; x < conversion.width; x++) {
                int at = 4 * x;
                double c = row[at];
                double m = row[at + 1];
                double ye = row[at + 2];
                if (transformed) {
                    double blue = row[at + 1] - 128;
                    double red = row[at + 2] - 128;
                    c = 255 - byteOf(row[at] + 1.402 * red);
                    m = 255 - byteOf(row[at] - 0.344136 * blue - 0.714136 * red);
                    ye = 255 - byteOf(row[at] + 1.772 * blue);
                }
                double k = row[at + 3] / 255.0;
                conversion.put(x, y, byteOf(c * k), byteOf(m * k), byteOf(ye * k));
            }
        }
        return conversion.result();
    }

    private void palette(BufferedImage image) {
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int alpha = row[x] >>> 24;
                put(
                        x,
                        y,
                        onWhite(row[x] >> 16 & 0xff, alpha),
                        onWhite(row[x] >> 8 & 0xff, alpha),
                        onWhite(row[x] & 0xff, alpha));
            }
        }
    }

    private void samples(Raster raster) {
        int bands = raster.getNumBands();
        int[] bits = raster.getSampleModel().getSampleSize();
        boolean grey = bands < 3;
        boolean transparent = bands % 2 == 0;
        int[] row = new int[bands * width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = bands * x;
                int alpha = transparent ? toByte(row[at + bands - 1], bits[bands - 1]) : 255;
                int red = onWhite(toByte(row[at], bits[0]), alpha);
                put(
                        x,
                        y,
                        red,
                        grey ? red : onWhite(toByte(row[at + 1], bits[1]), alpha),
                        grey ? red : onWhite(toByte(row[at + 2], bits[2]), alpha));
            }
        }
    }

    private void put(int x, int y, int red, int green, int blue) {
        int at = y * width + x;
        if (channels == 1) {
            values[at] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000); // as television weighs them
        } else {
            values[at] = (byte) red;
            values[at + height * width] = (byte) green;
            values[at + 2 * height * width] = (byte) blue;
        }
    }

    private PlanarImage result() {
        return new PlanarImage(channels, height, width, values);
    }

    /** Of 16 bits the upper half, as libpng and Pillow have it; fewer than 8 are spread from 0 to 255. */
    private static int toByte(int sample, int bits) {
        int deepest = (1 << bits) - 1;
        return bits >= 8 ? sample >> (bits - 8) : (sample * 255 + deepest / 2) / deepest;
    }

    private static int onWhite(int value, int alpha) {
        return alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    private static int byteOf(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }
}
