package dev.dafl.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jars in some folders, and jars that are named themselves. What changed is found by comparing with what was there before, not from the events of a watch:
 * those may be lost, doubled or late.
 */
final class JarFolders {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private final List<Path> folders;
    private final Bundles bundles;
    private Map<Path, Fingerprint> known = Map.of();

    /** Two files of one name that differ in it are different. */
    private record Fingerprint(long size, FileTime modified, Object key) {}

    JarFolders(List<Path> folders, Bundles bundles) {
        this.folders = folders;
        this.bundles = bundles;
    }

    /** Brings the bundles in line with the folders, in the order of folders and file names. */
    synchronized void synchronize() {
        Map<Path, Fingerprint> now = new LinkedHashMap<>();
        folders.forEach(folder -> scan(folder, now));
        List<Path> gone = known.keySet().stream()
                .filter(jar -> !Objects.equals(known.get(jar), now.get(jar)))
                .toList();
        List<Path> come = now.keySet().stream()
                .filter(jar -> !Objects.equals(now.get(jar), known.get(jar)))
                .toList();
        known = now;
        if (!gone.isEmpty() || !come.isEmpty()) {
            bundles.change(gone, come);
        }
    }

    /** People write elsewhere and rename: half a jar has another ending, or is hidden. */
    static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    private static void scan(Path folder, Map<Path, Fingerprint> into) {
        if (!Files.isDirectory(folder)) {
            if (isJar(folder)) {
                fingerprint(folder, into);
            }
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(JarFolders::isJar).sorted().toList()) {
                fingerprint(jar, into);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new KernelException("cannot read the plugin folder " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void fingerprint(Path jar, Map<Path, Fingerprint> into) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(jar, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                Object key = Objects.requireNonNullElse(attributes.fileKey(), "");
                into.put(jar, new Fingerprint(attributes.size(), attributes.lastModifiedTime(), key));
            }
        } catch (IOException e) {
            LOG.debug("{} went while the folder was read, or is a dead link", jar, e);
        }
    }
}
