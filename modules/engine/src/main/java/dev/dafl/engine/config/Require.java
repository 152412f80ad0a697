package dev.dafl.engine.config;

/** Checks that are more than a {@link dev.dafl.spi.Range}, with messages for the user. */
final class Require {

    private Require() {}

    static void atLeast(long least, long value, String key) {
        if (value < least) {
            throw new IllegalArgumentException(key + " must be at least " + least + ", not " + value);
        }
    }

    static <T> T present(T value, String key, String example) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing, such as " + example);
        }
        return value;
    }
}
