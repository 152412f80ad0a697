package dev.dafl.server.api;

import java.time.Instant;
import java.util.List;

/**
 * A file of a job.
 *
 * @param path below the job's folder, with slashes
 */
public record Artefact(String path, long bytes, Instant modified) {

    /** All files of a job. */
    public record Listing(List<Artefact> artefacts) {}
}
