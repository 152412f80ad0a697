package dev.dafl.plugins.imagefolder;

/** The blocks of a GIF file up to the end of its first picture. Java's decoder takes a file that is cut off. */
final class GifBlocks {

    private static final int SCREEN = 6;
    private static final int AFTER_SCREEN = 13;
    private static final int DESCRIPTOR_BYTES = 9;
    private static final int EXTENSION = 0x21;
    private static final int PICTURE = 0x2c;

    private final byte[] file;
    private int at;

    private GifBlocks(byte[] file) {
        this.file = file;
    }

    /** @throws BadImageException when the first picture is not whole, or is only a part of the screen that it is laid on */
    static void check(byte[] file) throws BadImageException {
        new GifBlocks(file).check();
    }

    private void check() throws BadImageException {
        at = AFTER_SCREEN + tableBytes(byteAt(AFTER_SCREEN - 3));
        while (byteAt(at) == EXTENSION) {
            at += 2;
            skipData();
        }
        if (byteAt(at++) != PICTURE) {
            throw new BadImageException("is broken (a GIF file without a picture)");
        }
        if (number(at) != 0
                || number(at + 2) != 0
                || number(at + 4) != number(SCREEN)
                || number(at + 6) != number(SCREEN + 2)) {
            throw new BadImageException(
                    "is a GIF file whose first picture is only a part of its screen; convert it to PNG");
        }
        at += DESCRIPTOR_BYTES + tableBytes(byteAt(at + DESCRIPTOR_BYTES - 1)) + 1; // and how codes begin
        skipData();
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
