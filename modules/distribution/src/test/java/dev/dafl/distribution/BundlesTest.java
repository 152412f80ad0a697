package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What travels with the program. */
class BundlesTest {

    @Test
    void everyFolderUnderPluginsIsInTheDistribution() throws IOException {
        String end = "-" + System.getProperty("dafl.version") + ".jar";
        Set<String> folders;
        try (Stream<Path> files = Files.list(Path.of("../../plugins"))) {
            folders = files.filter(folder -> Files.isDirectory(folder.resolve("src")))
                    .map(folder -> folder.getFileName() + end)
                    .collect(Collectors.toSet());
        }
        try (Stream<Path> files = Files.list(Path.of("target/dafl/plugins"))) {
            Set<String> jars = files.map(jar -> jar.getFileName().toString()).collect(Collectors.toSet());
            assertEquals(folders, jars, "plugins/all/pom.xml lists modules and dependencies");
        }
    }

    /** Nobody has them at run time, and a bundle that imports them would not be taken in. */
    @Test
    void noBundleImportsTheAnnotationsOfTheNullChecker() throws IOException {
        for (String folder : new String[] {"lib", "plugins"}) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target/dafl", folder), "*.jar")) {
                for (Path jar : jars) {
                    try (JarFile file = new JarFile(jar.toFile())) {
                        String imports = file.getManifest() == null
                                ? ""
                                : file.getManifest().getMainAttributes().getValue("Import-Package");
                        assertFalse(imports != null && imports.contains("org.jspecify"), jar + ": " + imports);
                    }
                }
            }
        }
    }
}
