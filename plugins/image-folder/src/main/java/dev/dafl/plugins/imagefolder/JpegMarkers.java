package dev.dafl.plugins.imagefolder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the markers of a JPEG file say. Java's decoder does not tell a file that is cut off, whose rest it fills with grey,
 * does not turn four inks into colours, and follows a colour profile or fails at it.
 *
 * @param components 1 grey, 3 colours, 4 inks; 0 where the file does not say
 * @param adobeTransform of Adobe's marker: 2 for inks that are stored as brightness and colour; -1 without the marker
 * @param orientation as {@link ExifOrientation} has it
 * @param profiles where the codes of the markers are that a piece of a colour profile follows
 * @param whole whether it ends as it should
 */
record JpegMarkers(int components, int adobeTransform, int orientation, List<Integer> profiles, boolean whole) {

    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROFILE = "ICC_PROFILE".getBytes(StandardCharsets.US_ASCII);
    private static final int END = 0xd9;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final int APP14 = 0xee;
    private static final byte APP15 = (byte) 0xef;

    static JpegMarkers of(byte[] file) {
        int components = 0;
        int transform = -1;
        int orientation = ExifOrientation.UPRIGHT;
        List<Integer> profiles = new ArrayList<>();
        int at = 2; // after the start of the image
        while (true) {
            at = nextMarker(file, at);
            if (at < 0) {
                return new JpegMarkers(components, transform, orientation, profiles, false);
            }
            int marker = file[at++] & 0xff;
            if (marker == END) {
                return new JpegMarkers(components, transform, orientation, profiles, true);
            }
            if (standsAlone(marker)) {
                continue;
            }
            if (at + 2 > file.length) {
                return new JpegMarkers(components, transform, orientation, profiles, false);
            }
            int length = ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
            if (isStartOfFrame(marker) && length >= 8 && at + 7 < file.length) {
                components = file[at + 7] & 0xff;
            }
            if (marker == APP14 && length >= 14 && at + 13 < file.length && begins(file, at + 2, ADOBE)) {
                transform = file[at + 13] & 0xff;
            }
            if (marker == APP1 && orientation == ExifOrientation.UPRIGHT) {
                orientation = ExifOrientation.of(file, at + 2, Math.min(at + length, file.length));
            }
            if (marker == APP2 && begins(file, at + 2, PROFILE)) {
                profiles.add(at - 1);
            }
            at += Math.max(2, length);
        }
    }

    /** Turns the markers of colour profiles into ones that mean nothing to a decoder. */
    void hideProfiles(byte[] file) {
        profiles.forEach(at -> file[at] = APP15);
    }

    private static boolean begins(byte[] file, int at, byte[] with) {
        return file.length - at >= with.length && Arrays.equals(file, at, at + with.length, with, 0, with.length);
    }

    /** Where the code of the next marker is, after any coded pixels; -1 at the end of the file. */
    private static int nextMarker(byte[] file, int from) {
        for (int at = from; at + 1 < file.length; at++) {
            int code = file[at + 1] & 0xff;
            // 0 makes the byte before it a pixel's; 255 is padding.
            if (file[at] == (byte) 0xff && code != 0 && code != 0xff) {
                return at + 1;
            }
        }
        return -1;
    }

    /** Markers that no length follows: those within coded pixels and an older one. */
    private static boolean standsAlone(int marker) {
        return (marker >= 0xd0 && marker <= 0xd8) || marker == 1;
    }

    private static boolean isStartOfFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }
}
