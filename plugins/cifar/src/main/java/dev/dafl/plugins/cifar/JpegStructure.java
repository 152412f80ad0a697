package dev.dafl.plugins.cifar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parts of a JPEG file. Java's decoder does not tell a file that is cut off, whose rest it fills with grey, and follows a
 * colour profile or fails at it.
 */
final class JpegStructure {

    private static final int MARKER = 0xff;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int FIRST_RESTART = 0xd0;
    private static final int TEMPORARY = 0x01;
    private static final int PROFILE = 0xe2;
    private static final byte NOTHING_TO_A_DECODER = (byte) 0xef;
    private static final byte[] PROFILE_NAME = "ICC_PROFILE".getBytes(StandardCharsets.US_ASCII);

    private JpegStructure() {}

    static boolean begins(byte[] file) {
        return file.length > 2 && at(file, 0) == MARKER && at(file, 1) == START && at(file, 2) == MARKER;
    }

    /**
     * Goes through all parts and turns the markers of colour profiles into ones that mean nothing.
     *
     * @throws BadPictureException when the file does not end as it should
     */
    static void checkAndHideProfiles(byte[] file) throws BadPictureException {
        int at = 2; // after the start
        while (at + 1 < file.length) {
            int code = at(file, at + 1);
            if (at(file, at) != MARKER || code == 0 || code == MARKER) {
                at++; // within coded pixels, or padding
            } else if (code == END) {
                return;
            } else if ((code >= FIRST_RESTART && code <= START) || code == TEMPORARY) {
                at += 2; // no length follows
            } else if (at + 3 < file.length) {
                if (code == PROFILE && isProfile(file, at + 4)) {
                    file[at + 1] = NOTHING_TO_A_DECODER;
                }
                at += 2 + Math.max(2, at(file, at + 2) << 8 | at(file, at + 3));
            } else {
                break;
            }
        }
        throw new BadPictureException("is cut off");
    }

    private static boolean isProfile(byte[] file, int from) {
        int to = from + PROFILE_NAME.length;
        return to <= file.length && Arrays.equals(file, from, to, PROFILE_NAME, 0, PROFILE_NAME.length);
    }

    private static int at(byte[] file, int index) {
        return file[index] & 0xff;
    }
}
