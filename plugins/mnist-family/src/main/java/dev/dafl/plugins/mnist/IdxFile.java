package dev.dafl.plugins.mnist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file in MNIST's format, gzipped or plain: a magic number that holds the number of dimensions, the sizes big-endian,
 * then a byte for each element.
 *
 * @param sizes of the dimensions
 * @param elements as many as the sizes' product
 */
record IdxFile(int[] sizes, byte[] elements) {

    private static final int UNSIGNED_BYTES = 0x0800;
    private static final long LARGEST = 1 << 30;

    /** No byte of gzip holds more of what was packed. */
    private static final long TIGHTEST = 1032;

    /** @param dimensions that the file has to have: 1 for labels, 3 for images */
    static IdxFile read(Path file, int dimensions) throws IOException {
        long stored = Files.size(file);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            try (DataInputStream in = new DataInputStream(gzip ? new GZIPInputStream(raw, 1 << 16) : raw)) {
                return read(file, dimensions, in, gzip ? stored * TIGHTEST : stored);
            }
        } catch (ZipException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        } catch (EOFException e) {
            throw new IOException(file + " is cut off", e);
        }
    }

    /** @param room how many bytes the file can hold at most; a header that tells of more is not believed */
    private static IdxFile read(Path file, int dimensions, DataInputStream in, long room) throws IOException {
        int magic = in.readInt();
        if (magic != (UNSIGNED_BYTES | dimensions)) {
            throw new IOException(String.format(
                    "%s is no IDX file of %d dimensions: it begins with %08x where %08x is due",
                    file, dimensions, magic, UNSIGNED_BYTES | dimensions));
        }
        int[] sizes = new int[dimensions];
        long count = 1;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.readInt();
            count = sizes[i] < 1 ? -1 : count * sizes[i];
            if (count < 1 || count > LARGEST) {
                throw new IOException(file + " is damaged: dimension " + i + " has the size " + sizes[i]);
            }
        }
        if (count > room) {
            throw new IOException(file + " is cut off: its sizes tell of " + count
                    + " bytes, and a file of its length holds " + room + " at most");
        }
        byte[] elements = in.readNBytes((int) count);
        if (elements.length < count) {
            throw new IOException(file + " is cut off: " + elements.length + " of " + count + " bytes are there");
        }
        if (in.read() >= 0) {
            throw new IOException(file + " is damaged: more follows after its " + count + " bytes");
        }
        return new IdxFile(sizes, elements);
    }
}
