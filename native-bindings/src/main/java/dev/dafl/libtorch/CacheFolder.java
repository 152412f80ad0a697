package dev.dafl.libtorch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Where dafl keeps what it can make again: {@code DAFL_CACHE}, else {@code XDG_CACHE_HOME/dafl}, else {@code ~/.cache/dafl}. */
public final class CacheFolder {

    private CacheFolder() {}

    /** The folder of this user; it may not exist yet. */
    public static Path ofUser() {
        String own = System.getenv("DAFL_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "dafl").toAbsolutePath();
        }
        return Path.of(System.getProperty("user.home"), ".cache", "dafl");
    }

    /** The folders of a cache with an unpacked libtorch of any version; none where there is no cache. */
    public static List<Path> libtorchs(Path cache) throws IOException {
        return folders(cache).filter(folder -> !isUnpacking(folder)).toList();
    }

    /** The folders of a cache that a process fills with a libtorch, or that one which was killed has left. */
    public static List<Path> unpacking(Path cache) throws IOException {
        return folders(cache).filter(CacheFolder::isUnpacking).toList();
    }

    /** The folder of a cache that this version of dafl unpacks libtorch into; it may not be there yet. */
    public static Path libtorchOfThisVersion(Path cache) {
        return cache.resolve(PackagedLibtorch.ofThisBuild().folderName());
    }

    /** Deletes an unpacked libtorch, which at no time is there in part. Processes that have it loaded go on. */
    public static void deleteLibtorch(Path libtorch) throws IOException {
        Path aside = libtorch.resolveSibling(libtorch.getFileName() + PackagedLibtorch.UNPACKING + UUID.randomUUID());
        delete(Files.move(libtorch, aside, StandardCopyOption.ATOMIC_MOVE));
    }

    /** Deletes a folder and all that it holds, where it is there. Where a link leads stays. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Stream<Path> folders(Path cache) throws IOException {
        if (!Files.isDirectory(cache)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(cache)) {
            return all
                    .filter(folder -> folder.getFileName().toString().startsWith(PackagedLibtorch.PREFIX)
                            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static boolean isUnpacking(Path folder) {
        return folder.getFileName().toString().contains(PackagedLibtorch.UNPACKING);
    }
}
