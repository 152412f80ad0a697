package dev.dafl.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The plugin bundles among the jars of the class path: a program that uses dafl as a library names them as dependencies. */
final class ClassPathBundles {

    private ClassPathBundles() {}

    /**
     * Finds them by what their manifests offer.
     *
     * @param points the types that plugins extend
     * @throws IllegalStateException when there is none
     */
    static List<Path> jars(Collection<? extends Class<?>> points) {
        try {
            List<Path> jars =
                    Collections.list(ClassPathBundles.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))
                            .stream()
                            .flatMap(url -> bundle(url, points))
                            .sorted()
                            .toList();
            if (jars.isEmpty()) {
                throw new IllegalStateException(
                        "there are no plugins: the system property dafl.home is not set (the launcher"
                                + " sets it), and no jar on the class path is a plugin; a program that uses dafl as a library names"
                                + " them as dependencies, such as dev.dafl.plugins:all of type pom");
            }
            return jars;
        } catch (IOException e) {
            throw new UncheckedIOException("the manifests on the class path cannot be read: " + e.getMessage(), e);
        }
    }

    private static Stream<Path> bundle(URL manifest, Collection<? extends Class<?>> points) {
        try {
            if (!(manifest.openConnection() instanceof JarURLConnection jar)) {
                return Stream.empty();
            }
            jar.setUseCaches(false);
            try (InputStream in = jar.getInputStream()) {
                Attributes attributes = new Manifest(in).getMainAttributes();
                boolean offers = Optional.ofNullable(attributes.getValue("Provide-Capability"))
                        .filter(capabilities -> points.stream()
                                .anyMatch(point ->
                                        capabilities.contains("osgi.serviceloader=\"" + point.getName() + "\"")))
                        .isPresent();
                return offers ? Stream.of(Path.of(jar.getJarFileURL().toURI())) : Stream.empty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(manifest + " is on the class path and no place", e);
        }
    }
}
