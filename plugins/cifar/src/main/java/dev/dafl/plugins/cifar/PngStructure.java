package dev.dafl.plugins.cifar;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The parts of a PNG file, which carry check sums. Java's decoder looks at none and takes a file that is cut off. */
final class PngStructure {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int TYPE_BYTES = 4;
    private static final int END =
            ByteBuffer.wrap("IEND".getBytes(StandardCharsets.US_ASCII)).getInt();

    private PngStructure() {}

    static boolean begins(byte[] file) {
        return file.length >= SIGNATURE.length && Arrays.equals(Arrays.copyOf(file, SIGNATURE.length), SIGNATURE);
    }

    /** @throws BadPictureException when a part is damaged or the last is missing */
    static void check(byte[] file) throws BadPictureException {
        ByteBuffer in = ByteBuffer.wrap(file).position(SIGNATURE.length);
        while (in.remaining() >= 3 * Integer.BYTES) {
            int length = in.getInt();
            if (length < 0) {
                throw new BadPictureException("is broken (a part with a negative length)");
            }
            if (length > in.remaining() - 2 * Integer.BYTES) {
                break;
            }
            CRC32 sum = new CRC32();
            sum.update(file, in.position(), TYPE_BYTES + length);
            int type = in.getInt();
            in.position(in.position() + length);
            if (in.getInt() != (int) sum.getValue()) {
                throw new BadPictureException("is broken (a check sum is not right)");
            }
            if (type == END) {
                return;
            }
        }
        throw new BadPictureException("is cut off");
    }
}
