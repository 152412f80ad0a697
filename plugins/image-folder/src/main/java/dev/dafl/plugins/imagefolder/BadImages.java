package dev.dafl.plugins.imagefolder;

import dev.dafl.plugins.imagefolder.Options.OnBadImage;
import dev.dafl.spi.KeptImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts files that cannot be used and names the first of them. */
final class BadImages {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
    private static final int NAMED = 5;
    private static final String COUNT = "bad";
    private static final String FILE = "bad-";

    private final List<String> named = new ArrayList<>();
    private long count;

    void add(Path file, String problem) {
        count++;
        if (named.size() < NAMED) {
            named.add(file + " " + problem);
        }
    }

    /** After those that are here. */
    void add(BadImages others) {
        count += others.count;
        others.named.stream().limit(NAMED - named.size()).forEach(named::add);
    }

    void writeTo(KeptImages.Sink notes) {
        notes.note(COUNT, Long.toString(count));
        for (int i = 0; i < named.size(); i++) {
            notes.note(FILE + i, named.get(i));
        }
    }

    static BadImages read(Map<String, String> notes) {
        BadImages bad = new BadImages();
        bad.count = Long.parseLong(notes.getOrDefault(COUNT, "0"));
        for (int i = 0; notes.containsKey(FILE + i); i++) {
            bad.named.add(notes.get(FILE + i));
        }
        return bad;
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
