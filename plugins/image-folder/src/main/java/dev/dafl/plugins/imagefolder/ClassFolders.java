package dev.dafl.plugins.imagefolder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A folder with a folder of images, of any depth, for each class.
 *
 * @param files of each class, sorted by name
 * @param strays image files beside the class folders
 */
record ClassFolders(Path folder, SortedMap<String, List<Path>> files, List<Path> strays) {

    static ClassFolders of(Path folder) throws IOException {
        SortedMap<String, List<Path>> files = new TreeMap<>();
        List<Path> strays = new ArrayList<>();
        List<Path> entries;
        try (Stream<Path> all = Files.list(folder)) {
            entries = all.filter(entry -> !isHidden(entry)).sorted().toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                files.put(entry.getFileName().toString(), below(entry));
            } else if (isNamedAsImage(entry)) {
                strays.add(entry);
            }
        }
        return new ClassFolders(folder, files, strays);
    }

    /** A part of each class to train on, the others to measure on. */
    Samples shared(double share) throws IOException {
        requireClasses();
        List<String> names = List.copyOf(files.keySet());
        return Samples.shared(names, samples(names), share, strays);
    }

    /** These to train on, others to measure on. */
    Samples with(ClassFolders test) throws IOException {
        requireClasses();
        List<String> names = List.copyOf(files.keySet());
        for (String name : test.files.keySet()) {
            if (!names.contains(name)) {
                throw new IOException(test.folder + " has the class folder " + name + ", and " + folder
                        + " has none of that" + " name; every class needs images to train on");
            }
        }
        return new Samples(
                names,
                samples(names),
                test.samples(names),
                Stream.concat(strays.stream(), test.strays.stream()).toList());
    }

    private void requireClasses() throws IOException {
        if (files.size() < 2) {
            throw new IOException(
                    folder + " has " + (files.isEmpty() ? "no class folder" : "one class folder, " + files.firstKey())
                            + "; it needs two or more, each with the images of one class"
                            + " (or name a file of labels with labels)");
        }
        for (var entry : files.entrySet()) {
            if (entry.getValue().isEmpty()) {
                throw new IOException(folder.resolve(entry.getKey()) + " holds no files; fill it or remove it");
            }
        }
    }

    private List<Sample> samples(List<String> names) {
        return files.entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().stream().map(file -> new Sample(file, names.indexOf(entry.getKey()))))
                .toList();
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> StreamSupport.stream(folder.relativize(file).spliterator(), false)
                            .noneMatch(ClassFolders::isHidden))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FileSystemLoopException loop) {
                throw new IOException(loop.getFile() + " is a link to a folder that it lies in; remove it", e);
            }
            throw new IOException("cannot read the folder " + folder + ": " + e.getCause(), e);
        }
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static boolean isNamedAsImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
    }
}
