package dev.dafl.engine.cache;

import java.time.Instant;

/**
 * One thing in the cache.
 *
 * @param path of its file or folder; of a teacher, that of the weights
 * @param bytes on the disk
 * @param written when it was written last
 */
public record CacheEntry(CacheKind kind, String path, long bytes, Instant written) {}
