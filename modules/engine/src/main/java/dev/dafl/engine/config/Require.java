package dev.dafl.engine.config;

/** Checks of ranges, with messages for the user. */
final class Require {

    private Require() {}

    static void atLeast(long least, long value, String key) {
        if (value < least) {
            throw new IllegalArgumentException(key + " must be at least " + least + ", not " + value);
        }
    }

    static void positive(double value, String key) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(key + " must be a number above 0, not " + value);
        }
    }

    static void share(double value, String key) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(key + " must be from 0 to 1, not " + value);
        }
    }

    static <T> T present(T value, String key, String example) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing, such as " + example);
        }
        return value;
    }
}
