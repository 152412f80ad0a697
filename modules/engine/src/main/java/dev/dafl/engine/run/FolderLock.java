package dev.dafl.engine.run;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says that this process writes a run folder. It ends with the process, however that ends. Where the file system knows no
 * locks nobody is kept out. Linux gives up a process's lock as soon as that process closes the file, whoever opened it: within
 * one process nobody should ask for a folder that it writes.
 */
public final class FolderLock implements AutoCloseable {

    /**
     * The folders that this process has locked. Linux gives up a process's lock as soon as the process closes the file, whoever
     * opened it: what is locked here must not be opened again, not even to look at it.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock of a folder.
     *
     * @throws ConfigException when another process, or another run of this one, has it; the message says which
     */
    public static FolderLock of(Path folder) throws IOException {
        try {
            Path real = folder.toRealPath();
            if (!OURS.add(real)) {
                throw taken(folder, Long.toString(ProcessHandle.current().pid()));
            }
            try {
                return new FolderLock(real, locked(folder));
            } catch (IOException | RuntimeException e) {
                OURS.remove(real);
                throw e;
            }
        } catch (IOException e) {
            throw new IOException("cannot write the run folder " + folder + ": " + Reason.of(e), e);
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        Path file = Artefact.LOCK.in(folder);
        while (true) {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                Optional<Object> opened = key(file);
                if (!lock(channel)) {
                    throw taken(folder, content(channel));
                }
                // Its former holder may have deleted the file between the opening and the lock: then this is no one's.
                if (opened.isPresent() && opened.equals(key(file))) {
                    channel.truncate(0);
                    channel.write(
                            ByteBuffer.wrap(
                                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
                            0);
                    return channel;
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            channel.close();
        }
    }

    /** Which file it is now that bears the name, found without opening it; empty where there is none. */
    private static Optional<Object> key(Path file) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether somebody has the lock of a folder now. */
    public static boolean isHeld(Path folder) {
        Path file = Artefact.LOCK.in(folder);
        if (!Files.exists(file)) {
            return false;
        }
        try {
            if (OURS.contains(folder.toRealPath())) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                return !lock(channel);
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean lock(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // This very process has it.
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String content(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static ConfigException taken(Path folder, String holder) {
        return new ConfigException("a run goes on in " + folder
                + (holder.isEmpty() ? "" : ", written by process " + holder)
                + "; wait for its end, or name another folder");
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(Artefact.LOCK.in(folder));
        } finally {
            OURS.remove(folder);
        }
    }
}
