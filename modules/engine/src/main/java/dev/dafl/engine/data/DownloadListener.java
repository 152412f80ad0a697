package dev.dafl.engine.data;

import java.net.URI;

/** Hears how far a download is. */
@FunctionalInterface
public interface DownloadListener {

    /** @param total bytes, or -1 where the server does not say */
    void progress(URI from, long bytes, long total);
}
