package dev.dafl.plugins.layers;

import dev.dafl.plugins.layers.Shape.Picture;
import dev.dafl.spi.OptionException;
import dev.dafl.tensor.Size2;

/** How a kernel goes over a picture, and what size it leaves. */
record Window(Size2 kernel, Size2 stride, Size2 padding, Size2 dilation, boolean ceilMode) {

    /**
     * The picture that is left, with its channels.
     *
     * @throws OptionException where not one window fits into the picture
     */
    Picture over(Picture picture, Entry entry) {
        long height = size(picture.height(), kernel.height(), stride.height(), padding.height(), dilation.height());
        long width = size(picture.width(), kernel.width(), stride.width(), padding.width(), dilation.width());
        if (height < 1 || width < 1) {
            boolean padded = padding.height() > 0 || padding.width() > 0;
            throw entry.mistake("the picture is only " + picture.size() + " there"
                    + (padded
                            ? ", with padding " + (picture.height() + 2 * padding.height()) + "x"
                                    + (picture.width() + 2 * padding.width())
                            : ""));
        }
        return new Picture(picture.channels(), height, width);
    }

    /** Pixels from the first to the last that the kernel sees. */
    static long reach(long kernel, long dilation) {
        return dilation * (kernel - 1) + 1;
    }

    private long size(long size, long kernel, long stride, long padding, long dilation) {
        long rest = size + 2 * padding - reach(kernel, dilation);
        long places = Math.floorDiv(rest + (ceilMode ? stride - 1 : 0), stride) + 1;
        // A last window that would begin in the padding behind the picture is none.
        return ceilMode && (places - 1) * stride >= size + padding ? places - 1 : places;
    }
}
