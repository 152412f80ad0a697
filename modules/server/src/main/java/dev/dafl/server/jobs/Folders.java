package dev.dafl.server.jobs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders of the server's own. Links in them are never followed. */
final class Folders {

    private Folders() {}

    /** With all that is in it; what is not there is no matter. */
    static void delete(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path done, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(done);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (NoSuchFileException e) {
            // Gone already.
        }
    }

    /** The regular files in a folder and below, in the order of their names. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.find(folder, 32, (_, attributes) -> attributes.isRegularFile())) {
            return all.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
