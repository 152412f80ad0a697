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
import java.util.UUID;

/**
 * Says that this process writes a run folder. It ends with the process, however that ends. Where the file system knows no
 * locks nobody is kept out.
 */
public final class FolderLock implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock of a folder.
     *
     * @throws ConfigException when another process, or another run of this one, has it; the message says which
     */
    public static FolderLock of(Path folder) throws IOException {
        Path file = Artefact.LOCK.in(folder);
        String mine = ProcessHandle.current().pid() + " " + UUID.randomUUID();
        try {
            while (true) {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                if (!lock(channel)) {
                    channel.close();
                    throw taken(folder, file);
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(mine.getBytes(StandardCharsets.UTF_8)), 0);
                // Its former holder may have deleted the file between the opening and the lock: then this is no one's.
                if (mine.equals(content(file))) {
                    return new FolderLock(file, channel);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new IOException("cannot write the run folder " + folder + ": " + Reason.of(e), e);
        }
    }

    /** Whether somebody has the lock of a folder now. */
    public static boolean isHeld(Path folder) {
        Path file = Artefact.LOCK.in(folder);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return !lock(channel);
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

    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static ConfigException taken(Path folder, Path file) throws IOException {
        String holder = content(file).split(" ", 2)[0];
        return new ConfigException("a run goes on in " + folder
                + (holder.isEmpty() ? "" : ", written by process " + holder)
                + "; wait for its end, or name another folder");
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
