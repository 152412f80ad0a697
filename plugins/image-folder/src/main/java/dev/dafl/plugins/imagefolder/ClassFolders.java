package dev.dafl.plugins.imagefolder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A folder with a folder of images, of any depth, for each class.
 *
 * @param files of each class, sorted by name; classes are in the order of their folders' names as PyTorch sorts them, by code
 *     point, and named in Unicode's composed form: a Mac writes é as two characters where others write one, and both are one
 *     class to train and to measure on
 * @param strays image files beside the class folders
 */
record ClassFolders(Path folder, SequencedMap<String, List<Path>> files, List<Path> strays) {

    static ClassFolders of(Path folder) throws IOException {
        SequencedMap<String, List<Path>> files = new LinkedHashMap<>();
        Map<String, String> asStored = new HashMap<>();
        List<Path> strays = new ArrayList<>();
        List<Path> entries; // sorted by the bytes of UTF-8, whose order is that of code points
        try (Stream<Path> all = Files.list(folder)) {
            entries = all.filter(entry -> !Ignored.isNameOfNothing(entry))
                    .sorted()
                    .toList();
        }
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                String stored = entry.getFileName().toString();
                String name = Normalizer.normalize(stored, Normalizer.Form.NFC);
                String other = asStored.put(name, stored);
                if (other != null) {
                    throw new IOException(folder + " has two class folders of one name, " + name + ", written as "
                            + codes(other) + " and as " + codes(stored)
                            + "; move the images of one into the other, or give it another name");
                }
                files.put(name, below(entry));
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
            throw new IOException(folder + " has "
                    + (files.isEmpty()
                            ? "no class folder"
                            : "one class folder, " + files.firstEntry().getKey())
                    + "; it needs two or more, each with the images of one class"
                    + " (or name a file of labels with labels)");
        }
        for (var entry : files.entrySet()) {
            if (entry.getValue().isEmpty()) {
                throw new IOException(folder.resolve(entry.getKey()) + " holds no images; fill it or remove it");
            }
        }
    }

    private List<Sample> samples(List<String> names) {
        return files.entrySet().stream()
                .flatMap(entry -> {
                    int label = names.indexOf(entry.getKey());
                    return entry.getValue().stream().map(file -> new Sample(file, label));
                })
                .toList();
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> StreamSupport.stream(folder.relativize(file).spliterator(), false)
                            .noneMatch(Ignored::isNameOfNothing))
                    .filter(file -> !Ignored.isText(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof FileSystemLoopException loop) {
                throw new IOException(loop.getFile() + " is a link to a folder that it lies in; remove it", e);
            }
            throw new IOException("cannot read the folder " + folder + ": " + e.getCause(), e);
        }
    }

    /** Shows what looks the same. */
    private static String codes(String name) {
        return name.chars()
                .mapToObj(c -> c < 0x80 ? Character.toString(c) : String.format("\\u%04x", c))
                .collect(Collectors.joining());
    }

    private static boolean isNamedAsImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.matches(".*\\.(png|jpe?g|bmp|gif|webp)");
    }
}
