package dev.dafl.plugins.cifar;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The binary files in a tar archive, gzipped or plain. */
record Archive(Path file) {

    private static final String REMEDY = "remove it, so that it is downloaded again, or put a whole one in its place";

    void read(List<RecordFile> wanted, RecordLayout layout) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            try (InputStream content = gzip ? new GZIPInputStream(raw, 1 << 16) : raw) {
                Map<String, RecordFile> missing = new HashMap<>();
                wanted.forEach(entry -> missing.put(entry.name(), entry));
                readEntries(content, missing, layout);
                content.transferTo(OutputStream.nullOutputStream()); // so that the check sum at its end is looked at
            }
        } catch (UnsoundFileException e) {
            throw e;
        } catch (EOFException e) {
            throw new UnsoundFileException(file + " is cut off; " + REMEDY, e);
        } catch (IOException e) {
            throw new UnsoundFileException(
                    file + " cannot be read as a tar archive: " + e.getMessage() + "; " + REMEDY, e);
        }
    }

    private void readEntries(InputStream content, Map<String, RecordFile> missing, RecordLayout layout)
            throws IOException {
        // Not closed: who opened the content closes it.
        TarInput tar = new TarInput(content);
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            String name = entry.get().name();
            RecordFile wanted = missing.remove(name);
            if (wanted != null) {
                wanted.read(tar, entry.get().size(), file + ": " + name, layout);
            }
        }
        if (!missing.isEmpty()) {
            throw new UnsoundFileException(file + " lacks "
                    + String.join(", ", missing.keySet().stream().sorted().toList()) + "; " + REMEDY);
        }
    }
}
