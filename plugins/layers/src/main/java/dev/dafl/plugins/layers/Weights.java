package dev.dafl.plugins.layers;

import dev.dafl.spi.OptionException;
import java.util.Locale;
import java.util.function.Function;

/** How many numbers a layer can have. */
final class Weights {

    private Weights() {}

    /**
     * @param mistake how it is told that a weight of this shape is too large
     * @throws OptionException then
     */
    static void check(Function<String, OptionException> mistake, long... shape) {
        double count = 1;
        for (long size : shape) {
            count *= size;
        }
        if (count > Integer.MAX_VALUE) {
            throw mistake.apply(String.format(
                    Locale.ROOT, "would have %,.0f weights; a layer has %,d at most", count, Integer.MAX_VALUE));
        }
    }
}
