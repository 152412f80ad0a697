package dev.dafl.plugins.cifar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes what the official archives hold, only smaller. */
final class CifarFilesOnDisk {

    private CifarFilesOnDisk() {}

    /** Images, each with its labels and pixels that {@link #pixel} gives. */
    static byte[] records(int seed, int[]... labels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < labels.length; i++) {
            for (int label : labels[i]) {
                out.write(label);
            }
            for (int at = 0; at < RecordLayout.PIXELS; at++) {
                out.write(pixel(seed, i, at));
            }
        }
        return out.toByteArray();
    }

    static byte pixel(int seed, int image, int at) {
        return (byte) (seed * 31 + image * 7 + at * 13);
    }

    static byte[] tar(String folder, Map<String, byte[]> files) throws IOException {
        return tar(folder, files, TarArchiveOutputStream.LONGFILE_ERROR);
    }

    static byte[] tar(String folder, Map<String, byte[]> files, int longNames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            out.setLongFileMode(longNames);
            out.putArchiveEntry(new TarArchiveEntry(folder + "/"));
            out.closeArchiveEntry();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(folder + "/" + file.getKey());
                entry.setSize(file.getValue().length);
                out.putArchiveEntry(entry);
                out.write(file.getValue());
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    static void unpack(Path folder, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
