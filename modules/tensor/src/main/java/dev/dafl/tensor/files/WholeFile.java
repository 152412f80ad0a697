package dev.dafl.tensor.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads a text, and writes a file that is there as a whole or not at all, also after the machine has failed: it is written beside its place,
 * forced to the disk and renamed. What fails leaves the file that was there before.
 */
public final class WholeFile {

    private WholeFile() {}

    /** What is to be in a file. */
    public interface Content {

        /** @param out unbuffered; stays open */
        void write(OutputStream out) throws IOException;
    }

    /**
     * The text in a file; empty where there is no such file.
     *
     * @throws IOException naming the file and the reason
     */
    public static Optional<String> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is damaged: it is no text", e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + Reason.of(e), e);
        }
    }

    /** @throws IOException naming the file and the reason */
    public static void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IOException naming the file and the reason */
    public static void write(Path file, byte[] content) throws IOException {
        try {
            write(file, out -> out.write(content));
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
        }
    }

    /**
     * The temporary file is {@code file} with {@code .tmp} behind its name, so only one may write it at a time.
     *
     * @throws IOException of the content or of the file system, as it is
     */
    public static void write(Path file, Content content) throws IOException {
        write(file, file.resolveSibling(file.getFileName() + ".tmp"), content);
    }

    /**
     * For a file that several processes may want to write at once.
     *
     * @param temporary in the same folder, the caller's own; it is replaced, and is gone afterwards
     * @throws IOException of the content or of the file system, as it is
     */
    public static void write(Path file, Path temporary, Content content) throws IOException {
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                content.write(Channels.newOutputStream(channel));
                channel.force(true);
            }
            rename(temporary, file);
        } catch (Throwable e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /**
     * Gives a file that is on the disk another name in its folder, for certain once this returns. What has that name is replaced.
     *
     * @throws IOException of the file system, as it is
     */
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceName(Objects.requireNonNull(to.toAbsolutePath().getParent(), "a file that was written has a folder"));
    }

    /** A renamed file has its new name for certain only when its folder is on the disk too. */
    private static void forceName(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // Not every file system forces folders, and not every folder may be read; the file is in its place all the
            // same.
        }
    }
}
