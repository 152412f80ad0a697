package dev.dafl.kernel;

import java.nio.file.Path;
import java.util.List;

/**
 * A jar in a plugin folder, as it was at the moment of asking.
 *
 * @param file the jar
 * @param symbolicName empty where the jar is no bundle
 * @param version empty where the jar is no bundle
 * @param problem why it, or one of its extensions, is not used, in a sentence; empty where all is well
 * @param extensions names of those that it provides and that are in use
 */
public record PluginBundle(Path file, String symbolicName, String version, String problem, List<String> extensions) {

    /** How much of a bundle is in use. */
    public enum State {
        /** It runs, and all that it provides is in use. */
        STARTED,
        /** Some of its extensions are in use; {@link PluginBundle#problem()} says why others are not. */
        PARTLY_USED,
        /** Nothing of it is in use; {@link PluginBundle#problem()} says why. */
        BROKEN
    }

    public PluginBundle {
        extensions = List.copyOf(extensions);
    }

    /** Follows from the problem and the extensions, so that the three cannot disagree. */
    public State state() {
        if (problem.isEmpty()) {
            return State.STARTED;
        }
        return extensions.isEmpty() ? State.BROKEN : State.PARTLY_USED;
    }
}
