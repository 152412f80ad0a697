package dev.dafl.spi;

/**
 * The shape of one image, {@code [c, h, w]}.
 *
 * @param channels 1 for grey, 3 for colour
 * @param height in pixels
 * @param width in pixels
 */
public record ImageShape(int channels, int height, int width) {

    public ImageShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "an image has at least one channel and one pixel, not " + channels + "x" + height + "x" + width);
        }
    }

    /** The same number of channels at another size. */
    public ImageShape resized(int height, int width) {
        return new ImageShape(channels, height, width);
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
