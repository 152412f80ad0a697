package dev.dafl.plugins.cifar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The files of a tar archive one after another; what is read is the content of the last that {@link #next} has told. POSIX's
 * and GNU's archives have name, size and kind of an entry in the same places; entries that only describe the one that follows
 * are passed over, so that of a path beyond 100 bytes the end is lost.
 */
final class TarInput extends InputStream {

    private static final int BLOCK = 512;
    private static final int NAME_END = 100;
    private static final int SIZE = 124;
    private static final int SIZE_END = 136;
    private static final int SUM = 148;
    private static final int SUM_END = 156;
    private static final int KIND = 156;

    private final InputStream archive;
    private long left;
    private int padding;

    TarInput(InputStream archive) {
        this.archive = archive;
    }

    /**
     * @param path with the folders it lies in
     * @param size in bytes
     */
    record Entry(String path, long size) {

        /** Without the folders. */
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /**
     * Goes to the next file, over what is left of the one before.
     *
     * @throws EOFException when the archive ends within a file
     * @throws IOException when it is none
     */
    Optional<Entry> next() throws IOException {
        while (true) {
            archive.skipNBytes(left);
            archive.skipNBytes(padding);
            left = 0;
            padding = 0;
            byte[] header = archive.readNBytes(BLOCK);
            if (header.length > 0 && header.length < BLOCK) {
                throw new EOFException();
            }
            int sum = sum(header);
            if (sum == 0) { // nothing, or the zeros at its end
                return Optional.empty();
            }
            if (octal(header, SUM, SUM_END) != sum - sum(header, SUM, SUM_END) + ' ' * (SUM_END - SUM)) {
                throw new IOException("the check sum of a header is not right");
            }
            left = size(header);
            padding = (int) (-left & (BLOCK - 1));
            if (header[KIND] == '0' || header[KIND] == 0) {
                return Optional.of(new Entry(text(header, 0, NAME_END), left));
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (left == 0 && length > 0) {
            return -1;
        }
        int read = archive.read(into, from, (int) Math.min(left, length));
        if (read < 0) {
            throw new EOFException();
        }
        left -= read;
        return read;
    }

    private static long size(byte[] header) throws IOException {
        if (header[SIZE] >= 0) {
            return octal(header, SIZE, SIZE_END);
        }
        // From 8 GB on, where octal digits do not do.
        throw new IOException("a file in it has 8 GB or more");
    }

    private static long octal(byte[] header, int from, int to) throws IOException {
        String digits = text(header, from, to).strip();
        if (!digits.matches("[0-7]{1,12}")) {
            throw new IOException("a header has '" + digits.replaceAll("[^ -~]", "?") + "' where a number is due");
        }
        return Long.parseLong(digits, 8);
    }

    private static String text(byte[] header, int from, int to) {
        int end = from;
        while (end < to && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static int sum(byte[] header) {
        return sum(header, 0, header.length);
    }

    private static int sum(byte[] header, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += header[i] & 0xff;
        }
        return sum;
    }
}
