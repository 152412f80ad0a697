package dev.dafl.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * What a jar says that it is, read before Felix sees it: Felix's messages about jars that are no bundles help nobody.
 *
 * @param symbolicName empty where it is no bundle
 * @param version empty where it is no bundle
 */
record JarIdentity(String symbolicName, String version) {

    static final JarIdentity NONE = new JarIdentity("", "");

    /** A jar that cannot be a bundle, with the sentence that says why. */
    static final class NoBundleException extends Exception {

        private static final long serialVersionUID = 1L;

        NoBundleException(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
        }
    }

    static JarIdentity read(Path jar) throws NoBundleException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                throw new NoBundleException(
                        "it is no OSGi bundle: it has no manifest; build it with bnd-maven-plugin", null);
            }
            Attributes attributes = manifest.getMainAttributes();
            String name = attributes.getValue("Bundle-SymbolicName");
            if (name == null || name.isBlank()) {
                throw new NoBundleException(
                        "it is no OSGi bundle: its manifest has no Bundle-SymbolicName;"
                                + " build it with bnd-maven-plugin",
                        null);
            }
            String version = attributes.getValue("Bundle-Version");
            return new JarIdentity(name.split(";")[0].strip(), version == null ? "0.0.0" : version.strip());
        } catch (IOException | RuntimeException e) {
            throw new NoBundleException(
                    "it is no jar, or only a part of one, or cannot be read (" + e.getMessage()
                            + "); copy it here again",
                    e);
        }
    }
}
