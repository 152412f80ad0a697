package dev.dafl.libtorch;

import java.nio.file.Path;

/** Where dafl keeps what it can make again: {@code DAFL_CACHE}, else {@code XDG_CACHE_HOME/dafl}, else {@code ~/.cache/dafl}. */
public final class CacheFolder {

    private CacheFolder() {}

    /** The folder of this user; it may not exist yet. */
    public static Path ofUser() {
        String own = System.getenv("DAFL_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "dafl").toAbsolutePath();
        }
        return Path.of(System.getProperty("user.home"), ".cache", "dafl");
    }
}
