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

    /** {@code [l, d]}, places one after another. */
    record Sequence(long length, long size) implements Shape {

        @Override
        public long count() {
            return Math.multiplyExact(length, size);
        }

        @Override
        public String toString() {
            return "a sequence of " + length + " times " + size;
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
            case Sequence sequence ->
                throw entry.mistake("takes a picture, and " + sequence + " enters it, since tokens stands before it");
            case Vector vector ->
                throw entry.mistake(
                        "takes a picture, and " + vector + " enters it, since flatten or linear stands before it");
        };
    }

    /**
     * For layers that look from place to place.
     *
     * @throws dev.dafl.spi.OptionException where this is none
     */
    default Sequence sequence(Entry entry) {
        if (this instanceof Sequence sequence) {
            return sequence;
        }
        throw entry.mistake("takes a sequence, and " + this + " enters it"
                + (this instanceof Picture ? "; tokens before it makes a sequence of a picture" : ""));
    }

    /** Numbers in it. */
    long count();

    /**
     * Those that a normalisation over a batch or over groups has a weight for: channels, or all numbers of a vector.
     *
     * @throws dev.dafl.spi.OptionException of a sequence, which is normalised place by place
     */
    default long channels(Entry entry) {
        return switch (this) {
            case Picture picture -> picture.channels;
            case Sequence sequence ->
                throw entry.mistake("takes a picture or a vector, and " + sequence
                        + " enters it; layer-norm normalises each place of a sequence");
            case Vector vector -> vector.count;
        };
    }
}
