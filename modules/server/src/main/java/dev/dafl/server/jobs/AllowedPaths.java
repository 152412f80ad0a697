package dev.dafl.server.jobs;

import dev.dafl.engine.config.ConfigText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which of the server's files an experiment may name: those that came with its job, by relative paths, and those below the folders
 * that the server was started with. Any text in a file may be a path, since only a plugin knows what its options are.
 *
 * @param roots real paths
 */
record AllowedPaths(List<Path> roots) {

    static AllowedPaths of(List<Path> roots) throws IOException {
        List<Path> real = new ArrayList<>();
        for (Path root : roots) {
            real.add(root.toRealPath());
        }
        return new AllowedPaths(List.copyOf(real));
    }

    /** @throws RefusedException for the first text that leads elsewhere */
    void check(String source, String yaml, Map<String, String> set, Path job) {
        for (String text : new ConfigText(source, yaml).values(set)) {
            if (leaves(text, job)) {
                throw new RefusedException(
                        RefusedException.Why.FORBIDDEN,
                        source + ": " + (text.length() > 200 ? text.substring(0, 200) + "..." : text)
                                + " leads to files of the server; an experiment may name files that are uploaded with it, by"
                                + " relative paths, and those below "
                                + (roots.isEmpty()
                                        ? "folders that the server is started with (--data-root)"
                                        : roots.stream().map(Path::toString).collect(Collectors.joining(", "))));
            }
        }
    }

    private boolean leaves(String text, Path job) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            return true;
        }
        boolean up = false;
        for (Path name : path) {
            up |= name.toString().equals("..");
        }
        if (!path.isAbsolute() && !up) {
            return false;
        }
        Path meant = real(job.resolve(path).normalize());
        return roots.stream().noneMatch(meant::startsWith);
    }

    /** With links followed as far as it is there. */
    private static Path real(Path path) {
        Path there = path;
        while (there.getParent() != null) {
            try {
                return there.toRealPath().resolve(there.relativize(path)).normalize();
            } catch (IOException e) {
                there = there.getParent();
            }
        }
        return path;
    }
}
