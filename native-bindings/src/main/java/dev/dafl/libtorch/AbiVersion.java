package dev.dafl.libtorch;

/** A version of libtorch as its C ABI tells and wants it: major in the highest byte, then minor, then patch. */
record AbiVersion(long word) {

    static final AbiVersion OLDEST_SUPPORTED = of(2, 10);

    /** The newest libtorch whose operator schemas these bindings were written against. */
    static final AbiVersion NEWEST_SCHEMAS = of(2, 13);

    /** The newest libtorch that the tests were run with. */
    static final AbiVersion NEWEST_TRIED = of(2, 14);

    static AbiVersion of(int major, int minor) {
        return new AbiVersion((long) major << 56 | (long) minor << 48);
    }

    boolean isSupported() {
        return isAtLeast(OLDEST_SUPPORTED);
    }

    boolean isAtLeast(AbiVersion other) {
        return Long.compareUnsigned(word, other.word) >= 0;
    }

    /** A patch of a version that was tried counts as tried. */
    boolean isNewerThanTried() {
        return word >>> 48 > NEWEST_TRIED.word >>> 48;
    }

    /** The version to name when an operator is called: operators keep that version's schema. */
    AbiVersion forCalls() {
        return isAtLeast(NEWEST_SCHEMAS) ? NEWEST_SCHEMAS : this;
    }

    String minor() {
        return (word >>> 56) + "." + (word >>> 48 & 0xff);
    }

    @Override
    public String toString() {
        return minor() + "." + (word >>> 40 & 0xff);
    }
}
