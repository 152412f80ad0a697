package dev.dafl.plugins.imagefolder;

import dev.dafl.plugins.imagefolder.Options.OnBadImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts files that cannot be used and names the first of them. */
final class BadImages {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
    private static final int NAMED = 5;

    private final List<String> named = new ArrayList<>();
    private long count;

    void add(Path file, String problem) {
        count++;
        if (named.size() < NAMED) {
            named.add(file + " " + problem);
        }
    }

    /** @throws IOException when there are any and they are to be refused */
    void settle(OnBadImage onBadImage) throws IOException {
        if (count == 0) {
            return;
        }
        String found = String.format(Locale.ROOT, "%,d %s cannot be used: ", count, count == 1 ? "file" : "files")
                + String.join("; ", named)
                + (count > NAMED ? "; and others" : "");
        if (onBadImage == OnBadImage.REFUSE) {
            throw new IOException("image-folder: " + found
                    + "; mend or remove what cannot be used, or leave it out with on-bad-image: skip");
        }
        LOG.warn("{}; left out", found);
    }
}
