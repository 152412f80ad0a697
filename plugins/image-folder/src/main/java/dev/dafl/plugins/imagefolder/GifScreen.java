package dev.dafl.plugins.imagefolder;

/**
 * What the first picture of a GIF file is laid on, as browsers do it: the screen that the file tells of, transparent before and
 * so white here, and made larger for a picture that reaches beyond it. Java's decoder only knows the picture.
 *
 * @param width of the screen
 * @param height of the screen
 * @param left where the picture begins
 * @param top where the picture begins
 */
record GifScreen(int width, int height, int left, int top) {

    /** @throws BadImageException when the first picture is not whole: Java's decoder takes a file that is cut off */
    static GifScreen of(byte[] file) throws BadImageException {
        return new Blocks(file).screen();
    }

    PlanarImage with(PlanarImage picture) {
        return picture.width() == width && picture.height() == height
                ? picture
                : picture.laidOnWhite(top, left, height, width);
    }

    /** The blocks of a file up to the end of its first picture. */
    private static final class Blocks {

        private static final int SCREEN = 6;
        private static final int AFTER_SCREEN = 13;
        private static final int DESCRIPTOR_BYTES = 9;
        private static final int EXTENSION = 0x21;
        private static final int PICTURE = 0x2c;

        private final byte[] file;
        private int at;

        Blocks(byte[] file) {
            this.file = file;
        }

        GifScreen screen() throws BadImageException {
            at = AFTER_SCREEN + tableBytes(byteAt(AFTER_SCREEN - 3));
            while (byteAt(at) == EXTENSION) {
                at += 2;
                skipData();
            }
            if (byteAt(at++) != PICTURE) {
                throw new BadImageException("is broken (a GIF file without a picture)");
            }
            int left = number(at);
            int top = number(at + 2);
            int width = Math.max(number(SCREEN), left + number(at + 4));
            int height = Math.max(number(SCREEN + 2), top + number(at + 6));
            at += DESCRIPTOR_BYTES + tableBytes(byteAt(at + DESCRIPTOR_BYTES - 1)) + 1; // and how codes begin
            skipData();
            return new GifScreen(width, height, left, top);
        }

        private static int tableBytes(int flags) {
            return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
        }

        private void skipData() throws BadImageException {
            for (int length = byteAt(at++); length > 0; length = byteAt(at++)) {
                at += length;
            }
        }

        private int number(int from) throws BadImageException {
            return byteAt(from) | byteAt(from + 1) << 8;
        }

        private int byteAt(int index) throws BadImageException {
            if (index >= file.length) {
                throw new BadImageException("is cut off");
            }
            return file[index] & 0xff;
        }
    }
}
