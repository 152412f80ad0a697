package dev.dafl.plugins.imagefolder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a camera was held, 1 to 8 as Exif numbers it: 1 is upright, 6 is a picture to be turned right by a quarter. */
final class ExifOrientation {

    static final int UPRIGHT = 1;

    private static final byte[] HEAD = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;
    private static final int VALUE = 8;

    private ExifOrientation() {}

    /**
     * Reads it from a part of a JPEG file.
     *
     * @param from where the part's content begins
     * @param to where it ends
     * @return {@link #UPRIGHT} where nothing is said, or nothing that makes sense
     */
    static int of(byte[] file, int from, int to) {
        int start = from + HEAD.length;
        if (start + 8 > to || to > file.length || !Arrays.equals(file, from, start, HEAD, 0, HEAD.length)) {
            return UPRIGHT;
        }
        ByteBuffer tiff = ByteBuffer.wrap(file, start, to - start).slice();
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 0 || directory > tiff.capacity() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + ENTRY_BYTES * i;
            if (entry > tiff.capacity() - ENTRY_BYTES) {
                return UPRIGHT;
            }
            if (tiff.getShort(entry) == TAG) {
                int value = tiff.getShort(entry + VALUE);
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }
}
