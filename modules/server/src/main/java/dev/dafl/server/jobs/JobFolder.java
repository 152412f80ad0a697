package dev.dafl.server.jobs;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The files of a job.
 *
 * @param path that holds nothing else
 */
public record JobFolder(Path path) {

    /** The YAML, under the name that it was submitted with, and the files that were submitted with it. */
    public Path config() {
        return path.resolve("config");
    }

    /** Of the bundles as they were when it was submitted. */
    public Path plugins() {
        return path.resolve("plugins");
    }

    /** The run folder, or that of a matrix. */
    public Path run() {
        return path.resolve("run");
    }

    public Path events() {
        return path.resolve("events.jsonl");
    }

    /** What its processes write to their standard error. */
    public Path log() {
        return path.resolve("log.txt");
    }

    /** What is not in the job itself: overrides, and which of the files is the experiment. */
    public Path order() {
        return path.resolve("order.json");
    }

    /** A name of a YAML file as a file name that is safe, and that still names the experiment. */
    static String fileName(String source) {
        String last = source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
        String stem =
                last.toLowerCase(Locale.ROOT).matches(".*\\.ya?ml") ? last.substring(0, last.lastIndexOf('.')) : last;
        String safe = stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        return (safe.isEmpty() ? "experiment" : safe.substring(0, Math.min(80, safe.length()))) + ".yaml";
    }
}
