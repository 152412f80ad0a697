package dev.dafl.engine.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code latest} in a folder of runs: a symbolic link to the newest. It is a convenience: where the file system has no such links, or
 * something else is named so, there is none, and nobody is told of a failure.
 */
public final class LatestLink {

    private static final Logger LOG = LoggerFactory.getLogger(LatestLink.class);

    private static final String NAME = "latest";

    private LatestLink() {}

    /** Where it is, or would be. */
    public static Path in(Path runs) {
        return runs.resolve(NAME);
    }

    /** Whether a path is such a link; what it leads to may be gone. */
    public static boolean is(Path path) {
        return path.endsWith(NAME) && Files.isSymbolicLink(path);
    }

    /**
     * Makes it lead to a run, or to a matrix.
     *
     * @param runs the folder of all runs
     * @param newest a folder in it
     */
    public static void point(Path runs, Path newest) {
        Path link = in(runs);
        if (newest.startsWith(link) || (Files.exists(link) && !is(link))) {
            return;
        }
        // Made beside its place and renamed: whoever follows it finds the old one or the new one.
        Path made = runs.resolve("." + NAME + "-" + ProcessHandle.current().pid());
        try {
            Files.deleteIfExists(made);
            Files.createSymbolicLink(made, runs.relativize(newest));
            Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            LOG.debug("no link {}", link, e);
        }
    }

    /** Makes room for runs that are named as the link. */
    static void makeRoom(Path runs, String name) throws IOException {
        Path link = in(runs);
        if (name.equals(NAME) && is(link)) {
            Files.delete(link);
        }
    }
}
