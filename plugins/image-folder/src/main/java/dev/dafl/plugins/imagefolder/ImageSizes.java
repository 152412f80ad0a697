package dev.dafl.plugins.imagefolder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Sees to it that all images have one size, and says which ones there are if not. */
final class ImageSizes {

    private static final int NAMED = 5;

    private final Map<String, Seen> seen = new LinkedHashMap<>();

    private record Seen(long count, Path example) {}

    /** Whether it has the size of the first. */
    boolean isThatOfTheFirst(PlanarImage image, Path file) {
        String size = image.width() + "x" + image.height();
        seen.merge(size, new Seen(1, file), (old, _) -> new Seen(old.count + 1, old.example));
        return seen.size() == 1 || seen.keySet().iterator().next().equals(size);
    }

    /** @throws IOException when there were several, with the most frequent ones and an example of each */
    void requireOne() throws IOException {
        if (seen.size() > 1) {
            throw new IOException("image-folder: images have " + seen.size() + " sizes (width x height): "
                    + seen.entrySet().stream()
                            .sorted(Comparator.comparing(e -> -e.getValue().count))
                            .limit(NAMED)
                            .map(e -> String.format(
                                    Locale.ROOT,
                                    "%,d of %s, such as %s",
                                    e.getValue().count,
                                    e.getKey(),
                                    e.getValue().example))
                            .collect(Collectors.joining("; "))
                    + (seen.size() > NAMED ? "; and others" : "")
                    + "; bring all to one with size: 32 or another number (on-bad-image: skip leaves out what is"
                    + " broken, not what has another size)");
        }
    }
}
