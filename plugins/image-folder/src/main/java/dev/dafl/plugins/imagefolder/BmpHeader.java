package dev.dafl.plugins.imagefolder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a BMP file. Java's decoder believes all its sizes and allocates what they say. */
final class BmpHeader {

    private static final int PIXELS_AT = 10;
    private static final int HEADER_AT = 14;

    /** Lengths of headers: OS/2's, and the one that all later ones begin with. */
    private static final int OLDEST = 12;

    private static final int USUAL = 40;

    private static final int RUNS_OF_BYTES = 1;
    private static final int RUNS_OF_HALVES = 2;
    private static final int MASKS = 3;

    private BmpHeader() {}

    /** @throws BadImageException when it tells of more than the file holds, or of what is not read */
    static void check(byte[] file) throws BadImageException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < HEADER_AT + OLDEST) {
            throw new BadImageException("is cut off");
        }
        int header = in.getInt(HEADER_AT);
        long pixelsAt = in.getInt(PIXELS_AT);
        if ((header != OLDEST && header < USUAL) || pixelsAt < HEADER_AT + (long) header) {
            throw new BadImageException("is broken (a size in its header is not right)");
        }
        if (pixelsAt > file.length) {
            throw new BadImageException("is cut off");
        }
        long stored = header == OLDEST
                ? rows(in.getShort(18) & 0xffff, in.getShort(20) & 0xffff, in.getShort(24))
                : stored(in);
        if (stored > file.length - pixelsAt) {
            throw new BadImageException("is cut off");
        }
    }

    /** Bytes of the pixels as the usual header tells of them. */
    private static long stored(ByteBuffer in) throws BadImageException {
        int bits = in.getShort(28);
        int colours = in.getInt(46);
        if (colours < 0 || colours > 256) {
            throw new BadImageException("is broken (it tells of " + colours + " colours)");
        }
        return switch (in.getInt(30)) {
            case 0, MASKS -> rows(in.getInt(18), in.getInt(22), bits);
            case RUNS_OF_BYTES, RUNS_OF_HALVES -> in.getInt(34) & 0xffffffffL;
            default ->
                throw new BadImageException(
                        "is a BMP file that holds another image, which is not read; convert it to PNG");
        };
    }

    private static long rows(long width, long height, int bits) {
        return (width * bits + 31) / 32 * 4 * Math.abs(height);
    }
}
