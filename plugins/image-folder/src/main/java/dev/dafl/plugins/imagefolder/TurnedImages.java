package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.KeptImages;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts images that lie on a side or upside down as they are stored, which Exif tells and nobody who trains looks at. */
final class TurnedImages {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);

    private static final String COUNT = "turned";
    private static final String EXAMPLE = "turned-example";

    private Optional<String> example = Optional.empty();
    private long count;

    void add(Path file) {
        count++;
        example = example.or(() -> Optional.of(file.toString()));
    }

    void writeTo(KeptImages.Sink notes) {
        notes.note(COUNT, Long.toString(count));
        example.ifPresent(file -> notes.note(EXAMPLE, file));
    }

    static TurnedImages read(Map<String, String> notes) {
        TurnedImages turned = new TurnedImages();
        turned.count = Long.parseLong(notes.getOrDefault(COUNT, "0"));
        turned.example = Optional.ofNullable(notes.get(EXAMPLE));
        return turned;
    }

    /** Warns once where there are any. */
    void tell() {
        example.ifPresent(file -> LOG.warn(
                "image-folder: {} {} an EXIF orientation, such as {}; images are taken as stored and not turned, as"
                        + " torchvision does it; turn them before if they should be upright",
                String.format(Locale.ROOT, "%,d", count),
                count == 1 ? "image has" : "images have",
                file));
    }
}
