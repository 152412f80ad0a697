package dev.dafl.cli;

import java.util.Locale;

/** Numbers of things, for people. */
final class Counts {

    private Counts() {}

    static String words(long count, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
    }
}
