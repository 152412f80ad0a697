package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.DataFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds what options name. */
record Places(DataFiles files) {

    Path folder(String option, String value) throws IOException {
        return find(option, value, "folder", Files::isDirectory);
    }

    Path file(String option, String value) throws IOException {
        Path found = find(option, value, "file", Files::isRegularFile);
        files.requireData(found);
        return found;
    }

    private Path find(String option, String value, String kind, Predicate<Path> right) throws IOException {
        if (value.isBlank()) {
            throw new IllegalArgumentException("image-folder needs the option " + option
                    + ", such as {name: image-folder, train: flowers/train, test: flowers/test}");
        }
        List<Path> places;
        try {
            places = files.places(value);
        } catch (InvalidPathException e) {
            throw new IOException("image-folder: " + option + " is no path: " + e.getMessage(), e);
        }
        return places.stream()
                .filter(right)
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "image-folder: there is no " + kind + " " + value + ", which " + option + " names: looked at "
                                + places.stream().map(Path::toString).collect(Collectors.joining(", "))
                                + "; put it into one of these places, name the folder above it with data.root or DAFL_DATA, or give"
                                + " its full path"));
    }
}
