package dev.dafl.engine.files;

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
 * Keeps other processes out until it is closed or the process ends. Where the file system knows no locks, or nothing can be
 * written, nobody is kept out. Within one process only one may ask for a file at a time: it is told that another has the lock,
 * but Linux gives up a process's lock as soon as the process closes the file, whoever opened it.
 *
 * @param channel of the locked file; empty where it cannot be made
 */
public record ProcessLock(Optional<FileChannel> channel) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessLock.class);

    /** @param file is made, and stays */
    public static ProcessLock on(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return new ProcessLock(
                    Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)));
        } catch (IOException e) {
            LOG.debug("{} cannot be made", file, e);
            return new ProcessLock(Optional.empty());
        }
    }

    /** Whether nobody else has it now. */
    public boolean tryAcquire() {
        try {
            return channel.isEmpty() || channel.get().tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // This very process has it.
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
