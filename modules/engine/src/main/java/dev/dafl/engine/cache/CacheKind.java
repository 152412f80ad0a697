package dev.dafl.engine.cache;

/** What is in the cache. */
public enum CacheKind {
    /** A trained teacher, with what was recorded of it. */
    TEACHERS,
    /** A file of a data set. */
    DATA,
    /** Images that were read from the user's own files. */
    IMAGES,
    /** The folder of an unpacked libtorch. */
    LIBTORCH,
    /** What a process that ended has left half-written. */
    LEFTOVERS
}
