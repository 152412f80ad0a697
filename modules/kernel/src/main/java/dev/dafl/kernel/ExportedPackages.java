package dev.dafl.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.osgi.framework.Version;

/**
 * The packages that bundles may import from the application, with the versions that the jars themselves state, so that a
 * version is written once. One package may have two versions: slf4j offers itself as 1.7 and as 2.0.
 *
 * @param versions by package
 */
record ExportedPackages(Map<String, Set<Version>> versions) {

    /** Exported where it is present, so that plugins may log. */
    private static final String LOGGING = "slf4j.api";

    /**
     * Reads the manifests of the class path.
     *
     * @throws KernelException when an exporter is not there
     */
    static ExportedPackages of(List<String> exporters, ClassLoader loader) {
        Map<String, Set<Version>> versions = new LinkedHashMap<>();
        Set<String> missing = new TreeSet<>(exporters);
        try {
            for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
                Attributes attributes = attributes(url);
                String name = attributes.getValue("Bundle-SymbolicName");
                String exports = attributes.getValue("Export-Package");
                if (name == null || exports == null) {
                    continue;
                }
                String plainName = name.split(";")[0].strip();
                if (exporters.contains(plainName) || plainName.equals(LOGGING)) {
                    missing.remove(plainName);
                    HeaderClause.parse(exports)
                            .forEach(clause -> versions.computeIfAbsent(clause.path(), _ -> new LinkedHashSet<>())
                                    .add(clause.version()));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new KernelException("the manifests on the class path cannot be read: " + e.getMessage(), e);
        }
        if (!missing.isEmpty()) {
            throw new KernelException("no jar on the class path has the Bundle-SymbolicName "
                    + String.join(" or ", missing) + " and exports packages; the installation is not whole");
        }
        return new ExportedPackages(versions);
    }

    /** As the framework property {@code org.osgi.framework.system.packages.extra} wants them. */
    String header() {
        return versions.entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(version -> e.getKey() + ";version=\"" + version + "\""))
                .collect(Collectors.joining(","));
    }

    /** The newest version of a package; empty where the application does not export it. */
    Optional<Version> newest(String packageName) {
        return versions.getOrDefault(packageName, Set.of()).stream().max(Version::compareTo);
    }

    private static Attributes attributes(URL manifest) throws IOException {
        try (InputStream in = manifest.openStream()) {
            return new Manifest(in).getMainAttributes();
        }
    }
}
