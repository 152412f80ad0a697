package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.KeptImages;
import java.util.Map;

/**
 * What is found out while images are read and told each time, also when they are not read again.
 *
 * @param sizes known only where they were read
 */
record Findings(BadImages bad, TurnedImages turned, ImageSizes sizes) {

    Findings() {
        this(new BadImages(), new TurnedImages(), new ImageSizes());
    }

    void writeTo(KeptImages.Sink notes) {
        bad.writeTo(notes);
        turned.writeTo(notes);
    }

    static Findings read(Map<String, String> notes) {
        return new Findings(BadImages.read(notes), TurnedImages.read(notes), new ImageSizes());
    }
}
