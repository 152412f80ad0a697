package dev.dafl.engine.cache;

import java.util.List;

/**
 * What became of a cache that was cleaned.
 *
 * @param removed is gone
 * @param kept was asked for and is there still, with the reason
 */
public record Cleaned(List<CacheEntry> removed, List<Kept> kept) {

    public Cleaned {
        removed = List.copyOf(removed);
        kept = List.copyOf(kept);
    }

    /** @param why it is there still, in words */
    public record Kept(CacheEntry entry, String why) {}
}
