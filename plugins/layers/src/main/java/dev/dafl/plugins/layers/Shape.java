package dev.dafl.plugins.layers;

/** What passes between two layers, of one image. */
sealed interface Shape {

    /** {@code [c, h, w]}. */
    record Picture(long channels, long height, long width) implements Shape {

        @Override
        public long count() {
            return Math.multiplyExact(channels, Math.multiplyExact(height, width));
        }

        String size() {
            return height + "x" + width;
        }

        @Override
        public String toString() {
            return "a picture of " + channels + "x" + size();
        }
    }

    /** {@code [d]}. */
    record Vector(long count) implements Shape {

        @Override
        public String toString() {
            return "a vector of " + count;
        }
    }

    /**
     * For layers that look at pixels.
     *
     * @throws dev.dafl.spi.OptionException where this is none
     */
    default Picture picture(Entry entry) {
        return switch (this) {
            case Picture picture -> picture;
            case Vector vector ->
                throw entry.mistake(
                        "takes a picture, and " + vector + " enters it, since flatten or linear stands before it");
        };
    }

    /** Numbers in it. */
    long count();

    /** Those that a normalisation has a weight for: channels, or all numbers of a vector. */
    default long channels() {
        return switch (this) {
            case Picture picture -> picture.channels;
            case Vector vector -> vector.count;
        };
    }
}
