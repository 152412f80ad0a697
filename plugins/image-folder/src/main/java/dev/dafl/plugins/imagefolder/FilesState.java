package dev.dafl.plugins.imagefolder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Tells whether files are still those that were read, without reading them: by path, label, size, the time when it was written,
 * and the time of its last change of any kind, which no program can set back. Only where a file system knows no such time, a
 * file that is changed with its size and time kept is taken for the one that it was.
 */
final class FilesState {

    /** Raised when the same files come to be read as other images. */
    private static final String DECODER = "1";

    private static final String EVERY = "unix:size,lastModifiedTime,ctime";

    private final MessageDigest digest = sha256();

    private FilesState() {}

    /** 64 hexadecimal digits that stand for all of these. */
    static String of(List<Sample> train, List<Sample> test) {
        FilesState state = new FilesState();
        state.add(DECODER);
        for (List<Sample> part : List.of(train, test)) {
            state.add(part.size() + " files");
            part.forEach(state::add);
        }
        return HexFormat.of().formatHex(state.digest.digest());
    }

    private void add(Sample sample) {
        add(sample.file().toAbsolutePath().toString());
        add(sample.label() + " " + attributes(sample.file()));
    }

    private void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static String attributes(Path file) {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                Map<String, Object> read = Files.readAttributes(file, EVERY);
                return read.get("size") + " " + read.get("lastModifiedTime") + " " + read.get("ctime");
            }
            BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
            return read.size() + " " + read.lastModifiedTime();
        } catch (IOException e) {
            return e.getClass().getSimpleName(); // it will not be read either
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
