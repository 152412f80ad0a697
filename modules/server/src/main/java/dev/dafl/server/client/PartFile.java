package dev.dafl.server.client;

import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that grows beside its place, and is this process's alone while it is open: another one that fetches the same file has its
 * own. What a process that is over has left is taken up, or removed where it is of another state of the file. Its name is random,
 * so that what is gone does not come again under it.
 *
 * @param channel locked, where the file system knows locks
 */
record PartFile(Path file, Path part, FileChannel channel) implements AutoCloseable {

    /**
     * Takes one up, or makes one.
     *
     * @param file in a folder that is there
     * @param tag 12 hexadecimals, of the state of the file
     */
    static PartFile of(Path file, String tag) throws IOException {
        Optional<PartFile> left = left(file, tag);
        return left.isPresent() ? left.get() : made(file, tag);
    }

    private static Optional<PartFile> left(Path file, String tag) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        Pattern name = Pattern.compile(
                Pattern.quote(file.getFileName().toString()) + "\\.([0-9a-f]{12})(\\.[0-9a-f]{8})?\\.part");
        Optional<PartFile> taken = Optional.empty();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                Matcher matcher = name.matcher(each.getFileName().toString());
                if (!matcher.matches()) {
                    continue;
                }
                Optional<FileChannel> channel = locked(each);
                if (channel.isPresent() && taken.isEmpty() && matcher.group(1).equals(tag)) {
                    taken = Optional.of(new PartFile(file, each, channel.get()));
                } else if (channel.isPresent()) {
                    try (FileChannel _ = channel.get()) {
                        Files.deleteIfExists(each);
                    }
                }
            }
        }
        return taken;
    }

    private static PartFile made(Path file, String tag) throws IOException {
        while (true) {
            Path part = file.resolveSibling(file.getFileName() + "." + tag + "."
                    + UUID.randomUUID().toString().substring(0, 8) + ".part");
            FileChannel channel;
            try {
                channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            // Another process may have taken it for one that was left.
            if (lock(channel).orElse(true) && Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                return new PartFile(file, part, channel);
            }
            channel.close();
        }
    }

    /** One that nobody has; empty also where nobody can know. A link in its place is not followed. */
    private static Optional<FileChannel> locked(Path part) throws IOException {
        if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        // Whoever had it may have put it into its place in between.
        if (lock(channel).orElse(false) && Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(channel);
        }
        channel.close();
        return Optional.empty();
    }

    /** Whether it is ours; empty where the file system knows no locks. */
    private static Optional<Boolean> lock(FileChannel channel) {
        try {
            return Optional.of(channel.tryLock() != null);
        } catch (OverlappingFileLockException e) {
            return Optional.of(false);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Puts it into its place, whole. */
    void place(Instant modified) throws IOException {
        Files.setLastModifiedTime(part, FileTime.from(modified));
        WholeFile.rename(part, file);
    }

    /** What it holds stays, if it has not been put into its place. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
