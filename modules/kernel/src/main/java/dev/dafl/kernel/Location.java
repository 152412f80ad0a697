package dev.dafl.kernel;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import org.osgi.framework.Bundle;

/** The text under which Felix knows a jar, and the way back. */
final class Location {

    private Location() {}

    static String of(Path jar) {
        return jar.toUri().toString();
    }

    /** The jar of a bundle; a bundle that another bundle installed has none and is shown by its location. */
    static Path file(String location) {
        try {
            return Path.of(URI.create(location));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return Path.of(location.replaceAll("[^\\w.-]", "_"));
        }
    }

    /** A bundle as messages name it: {@code my-losses (my-losses-1.2.jar)}. */
    static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " (" + file(bundle.getLocation()).getFileName() + ")";
    }
}
