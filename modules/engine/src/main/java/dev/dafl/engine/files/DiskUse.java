package dev.dafl.engine.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file or a whole folder takes on the disk. Links count for nothing, and what goes away while it is looked at, or may
 * not be read, is left out.
 *
 * @param bytes in all files
 * @param written when the newest of them was written last; of an empty folder, when that was made
 */
public record DiskUse(long bytes, Instant written) {

    /** @throws IOException when nothing is there, or it cannot be read at all */
    public static DiskUse of(Path path) throws IOException {
        Count count = new Count();
        Files.walkFileTree(path, count);
        return new DiskUse(
                count.bytes,
                count.written == null ? Files.getLastModifiedTime(path).toInstant() : count.written);
    }

    private static final class Count extends SimpleFileVisitor<Path> {

        private long bytes;
        private @Nullable Instant written;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
                Instant at = attributes.lastModifiedTime().toInstant();
                bytes += attributes.size();
                written = written == null || at.isAfter(written) ? at : written;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
