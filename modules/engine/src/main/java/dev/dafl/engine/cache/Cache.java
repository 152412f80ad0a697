package dev.dafl.engine.cache;

import dev.dafl.engine.data.DataLoading;
import dev.dafl.engine.data.ImageStore;
import dev.dafl.engine.files.DiskUse;
import dev.dafl.engine.weights.TeacherCache;
import dev.dafl.libtorch.CacheFolder;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder with all that can be made again. What dafl has not put there is neither listed nor touched.
 *
 * @param folder of the cache; it need not be there
 */
public record Cache(Path folder) {

    /** Who writes a file does so all the time: what nobody has written for so long has been left. */
    private static final Duration IDLE = Duration.ofHours(1);

    /**
     * All that is there, kind by kind.
     *
     * @param now tells what has been left from what is being written
     * @throws IOException when a folder cannot be read
     */
    public List<CacheEntry> entries(Instant now) throws IOException {
        List<CacheEntry> entries = new ArrayList<>();
        TeacherCache teachers = new TeacherCache(folder);
        Path data = DataLoading.downloads(folder);
        ImageStore images = new ImageStore(folder);
        try {
            for (Path weights : teachers.teachers()) {
                add(entries, CacheKind.TEACHERS, weights);
            }
            for (Path file : files(data)) {
                if (!isUnfinished(file)) {
                    add(entries, CacheKind.DATA, file);
                }
            }
            for (Path file : images.files()) {
                add(entries, CacheKind.IMAGES, file);
            }
            for (Path libtorch : CacheFolder.libtorchs(folder)) {
                add(entries, CacheKind.LIBTORCH, libtorch);
            }
            List<Path> unfinished = new ArrayList<>(CacheFolder.unpacking(folder));
            for (Path written : List.of(data, images.folder(), teachers.folder())) {
                files(written).stream().filter(Cache::isUnfinished).forEach(unfinished::add);
            }
            List<CacheEntry> left = new ArrayList<>();
            for (Path path : unfinished) {
                add(left, CacheKind.LEFTOVERS, path);
            }
            left.stream()
                    .filter(entry -> entry.written().isBefore(now.minus(IDLE)))
                    .forEach(entries::add);
        } catch (IOException e) {
            throw new IOException("cannot read the cache " + folder + ": " + Reason.of(e), e);
        }
        return entries;
    }

    /**
     * Removes leftovers, and what else is asked for. A teacher that is being trained stays.
     *
     * @param kinds to remove
     * @param current whether the libtorch of this version may go too
     * @param before only what was written last before; leftovers go all
     * @param now as for {@link #entries}
     * @throws IOException when something cannot be deleted; what was deleted before is gone
     */
    public Cleaned clean(Set<CacheKind> kinds, boolean current, Instant before, Instant now) throws IOException {
        List<CacheEntry> removed = new ArrayList<>();
        List<Cleaned.Kept> kept = new ArrayList<>();
        for (CacheEntry entry : entries(now)) {
            boolean left = entry.kind() == CacheKind.LEFTOVERS;
            if (left || (kinds.contains(entry.kind()) && entry.written().isBefore(before))) {
                remove(entry, current)
                        .ifPresentOrElse(why -> kept.add(new Cleaned.Kept(entry, why)), () -> removed.add(entry));
            }
        }
        return new Cleaned(removed, kept);
    }

    /** Gives the reason why it is there still. */
    private Optional<String> remove(CacheEntry entry, boolean current) throws IOException {
        Path path = Path.of(entry.path());
        try {
            switch (entry.kind()) {
                case TEACHERS -> {
                    if (!TeacherCache.remove(path)) {
                        return Optional.of("a run trains it now");
                    }
                }
                case IMAGES -> {
                    if (!ImageStore.remove(path)) {
                        return Optional.of("a run reads these images now");
                    }
                }
                case LIBTORCH -> {
                    if (!current && path.equals(CacheFolder.libtorchOfThisVersion(folder))) {
                        return Optional.of("this version of dafl uses it; clean all removes it too");
                    }
                    CacheFolder.deleteLibtorch(path);
                }
                case DATA, LEFTOVERS -> CacheFolder.delete(path);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException("cannot delete " + path + ": " + Reason.of(e), e);
        }
    }

    private static void add(List<CacheEntry> entries, CacheKind kind, Path path) throws IOException {
        try {
            DiskUse use = DiskUse.of(path);
            long bytes = use.bytes();
            if (kind == CacheKind.TEACHERS) {
                bytes = 0;
                for (Path file : TeacherCache.filesOf(path)) {
                    bytes += Files.size(file);
                }
            }
            entries.add(new CacheEntry(kind, path.toString(), bytes, use.written()));
        } catch (NoSuchFileException _) {
            // It was taken away meanwhile.
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /** As what is written whole is called before it is. */
    private static boolean isUnfinished(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".part") || name.endsWith(".tmp");
    }
}
