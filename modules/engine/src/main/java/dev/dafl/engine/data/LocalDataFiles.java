package dev.dafl.engine.data;

import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.KeptImages;
import dev.dafl.spi.KeptImages.Origin;
import dev.dafl.spi.KeptImages.Reading;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks in folders first and downloads only what is nowhere; keeps images that were read. For one loading at a time. */
public final class LocalDataFiles implements DataFiles {

    private static final long TELL_NANOS = 100_000_000L;

    private final List<Path> roots;
    private final Path downloads;
    private final Downloader downloader;
    private final ImageStore images;
    private final RunListener listener;
    private long told = System.nanoTime() - TELL_NANOS;

    /**
     * @param roots the user's data folders, the most wanted first
     * @param cache where downloads, and images that were read, are kept
     * @param listener hears how far downloading and reading are; what it throws ends both
     */
    public LocalDataFiles(List<Path> roots, Path cache, RunListener listener) {
        this.roots = List.copyOf(roots);
        this.downloads = DataLoading.downloads(cache);
        this.downloader = new Downloader(listener);
        this.images = new ImageStore(cache);
        this.listener = listener;
    }

    @Override
    public Path find(DataFile file) throws IOException {
        Set<Path> candidates = candidates(file);
        for (Path candidate : candidates) {
            if (Files.isRegularFile(candidate)) {
                requireData(candidate);
                return candidate;
            }
        }
        List<String> failures = new ArrayList<>();
        Path target = downloads.resolve(file.folder()).resolve(file.name());
        for (URI mirror : file.mirrors()) {
            try {
                downloader.download(mirror, target, file.checksum());
                return target;
            } catch (IOException e) {
                failures.add(mirror + " (" + e.getMessage() + ")");
            }
        }
        List<String> spellings = spellings(file.name());
        throw new IOException("cannot find " + file.folder() + "/" + file.name() + ": looked at "
                + candidates.stream()
                        .filter(candidate -> candidate.endsWith(file.name()))
                        .map(Path::toString)
                        .collect(Collectors.joining(", "))
                + (spellings.size() == 1
                        ? ""
                        : ", there also for " + String.join(", ", spellings.subList(1, spellings.size())))
                + (failures.isEmpty() ? "; it cannot be downloaded" : "; and tried " + String.join(", ", failures))
                + ". Put it into one of these places, or name its folder with data.root or DAFL_DATA.");
    }

    @Override
    public List<Path> places(String path) {
        // A root resolves an absolute path to the path itself.
        return Stream.concat(roots.stream().map(root -> root.resolve(path)), Stream.of(Path.of(path)))
                .distinct()
                .toList();
    }

    @Override
    public void progress(String what, long done, long total) {
        long now = System.nanoTime();
        if (done >= total || now - told >= TELL_NANOS) {
            told = now;
            listener.on(new RunEvent.Reading(what, done, total));
        }
    }

    @Override
    public KeptImages kept(Origin origin, Reading reading) throws IOException {
        Optional<KeptImages> kept = images.kept(
                origin, reading, () -> progress(origin.name() + ", as another process does", 0, origin.atMost()));
        return kept.isPresent() ? kept.get() : DataFiles.super.kept(origin, reading);
    }

    /** Files of the user are not hashed, but what is plainly something else is not given to a data set. */
    @Override
    public void requireData(Path file) throws IOException {
        Optional<WrongContent> wrong = WrongContent.of(file, file.getFileName().toString());
        if (wrong.isPresent()) {
            throw new IOException(file + " is " + wrong.get().what() + ", not a data file: "
                    + wrong.get().remedy());
        }
    }

    /** As it is published, without compression, and each as some unpack it: with a dot where IDX files have a hyphen. */
    private static List<String> spellings(String name) {
        List<String> names = new ArrayList<>(List.of(name));
        if (name.endsWith(".gz")) {
            names.add(name.substring(0, name.length() - ".gz".length()));
        }
        return Stream.concat(names.stream(), names.stream().map(n -> n.replace("-idx", ".idx")))
                .distinct()
                .toList();
    }

    private Set<Path> candidates(DataFile file) {
        List<String> names = spellings(file.name());
        Set<Path> candidates = new LinkedHashSet<>();
        for (String name : names) {
            for (Path root : roots) {
                candidates.add(root.resolve(file.folder()).resolve(name));
                candidates.add(root.resolve(name));
            }
        }
        for (String name : names) {
            file.systemFolders().forEach(folder -> candidates.add(folder.resolve(name)));
        }
        for (String name : names) {
            candidates.add(downloads.resolve(file.folder()).resolve(name));
        }
        return candidates;
    }
}
