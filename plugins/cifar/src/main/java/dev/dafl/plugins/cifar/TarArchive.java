package dev.dafl.plugins.cifar;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A tar archive: plain, or packed with gzip or xz, as its first bytes tell.
 *
 * @param remedy what to do when it cannot be used, for the end of a message
 */
record TarArchive(Path file, String remedy) {

    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

    /** The best of xz's levels takes half of it; a header that asks for more is not believed. */
    private static final int MOST_XZ_KIB = 1 << 17;

    /** What is done with the files in it. */
    @FunctionalInterface
    interface Reading {

        void from(TarInput tar) throws IOException;
    }

    /**
     * Reads it from its beginning to its end, so that check sums are looked at even where nobody wants the last files.
     *
     * @throws UnsoundFileException when it is cut off or damaged, or of {@code reading}
     */
    void read(Reading reading) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream content = unpacked(raw)) {
            // Not closed: who opened the content closes it.
            reading.from(new TarInput(content));
            content.transferTo(OutputStream.nullOutputStream());
        } catch (UnsoundFileException e) {
            throw e;
        } catch (EOFException e) {
            throw new UnsoundFileException(file + " is cut off; " + remedy, e);
        } catch (IOException e) {
            String problem = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new UnsoundFileException(file + " cannot be read as a tar archive: " + problem + "; " + remedy, e);
        }
    }

    /**
     * What is wrong with it.
     *
     * @param problem goes on after the name of the archive, such as " lacks a file"
     */
    UnsoundFileException unsound(String problem) {
        return new UnsoundFileException(file + problem + "; " + remedy);
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        raw.mark(XZ.length);
        byte[] start = raw.readNBytes(XZ.length);
        raw.reset();
        if (Arrays.equals(start, XZ)) {
            // It asks for single bytes of its headers, and hands out what it has decoded in small pieces.
            return new BufferedInputStream(new XZInputStream(raw, MOST_XZ_KIB), 1 << 16);
        }
        boolean gzip = start.length >= GZIP.length && Arrays.equals(Arrays.copyOf(start, GZIP.length), GZIP);
        return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
    }
}
