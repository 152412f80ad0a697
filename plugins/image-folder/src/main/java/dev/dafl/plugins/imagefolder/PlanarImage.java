package dev.dafl.plugins.imagefolder;

import java.util.Arrays;

/**
 * An image as a tensor wants it.
 *
 * @param values a byte for each pixel, one channel after another, each row by row
 */
record PlanarImage(int channels, int height, int width, byte[] values) {

    /** The same picture as a part of a larger one that is white elsewhere. */
    PlanarImage laidOnWhite(int top, int left, int toHeight, int toWidth) {
        byte[] laid = new byte[channels * toHeight * toWidth];
        Arrays.fill(laid, (byte) 255);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(
                        values,
                        (channel * height + y) * width,
                        laid,
                        (channel * toHeight + top + y) * toWidth + left,
                        width);
            }
        }
        return new PlanarImage(channels, toHeight, toWidth, laid);
    }

    /** The same picture at another size; see {@link Resampling}. */
    PlanarImage resized(int toHeight, int toWidth) {
        if (height == toHeight && width == toWidth) {
            return this;
        }
        Resampling across = Resampling.of(width, toWidth);
        Resampling down = Resampling.of(height, toHeight);
        byte[] resized = new byte[channels * toHeight * toWidth];
        for (int channel = 0; channel < channels; channel++) {
            float[] plane = new float[height * width];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = values[channel * plane.length + i] & 0xff;
            }
            // Along rows, then along columns; each pass turns the plane, so that both read memory in order.
            float[] turned = down.turned(across.turned(plane, height), toWidth);
            for (int i = 0; i < turned.length; i++) {
                resized[channel * turned.length + i] = (byte) Math.clamp(Math.round(turned[i]), 0, 255);
            }
        }
        return new PlanarImage(channels, toHeight, toWidth, resized);
    }
}
