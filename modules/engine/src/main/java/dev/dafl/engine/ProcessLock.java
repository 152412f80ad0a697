package dev.dafl.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps other runs out, of this process and of others, until it is closed or the process ends. Where the file system knows no
 * locks, or nothing can be written, nobody is kept out.
 *
 * @param channel of the locked file; empty where it cannot be made
 */
record ProcessLock(Optional<FileChannel> channel) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessLock.class);

    /** @param file is made, and stays */
    static ProcessLock on(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new ProcessLock(Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)));
        } catch (IOException e) {
            LOG.debug("{} cannot be made", file, e);
            return new ProcessLock(Optional.empty());
        }
    }

    /** Whether nobody else has it now. */
    boolean tryAcquire() {
        try {
            return channel.isEmpty() || channel.get().tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another run of this process has it.
            return false;
        } catch (IOException e) {
            LOG.debug("not locked", e);
            return true;
        }
    }

    @Override
    public void close() {
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } catch (IOException e) {
            LOG.debug("a lock was not closed", e);
        }
    }
}
