package dev.dafl.plugins.imagefolder;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts images that lie on a side or upside down as they are stored, which Exif tells and nobody who trains looks at. */
final class TurnedImages {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);

    private Optional<Path> example = Optional.empty();
    private long count;

    void add(Path file) {
        count++;
        example = example.or(() -> Optional.of(file));
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
