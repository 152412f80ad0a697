package dev.dafl.cli;

import java.util.Locale;

/** Numbers of bytes, for people. */
final class Sizes {

    private Sizes() {}

    static String words(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes / 1e3;
        String unit = "kB";
        for (String larger : new String[] {"MB", "GB", "TB"}) {
            // What would be shown as 1000 is one of the next unit.
            if (value < 999.5) {
                break;
            }
            value /= 1000;
            unit = larger;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, unit);
    }
}
