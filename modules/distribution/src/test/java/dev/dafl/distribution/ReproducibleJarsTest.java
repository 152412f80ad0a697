package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The jars of this build have the bytes that they have on any other machine: nothing tells who built them, where or when. */
class ReproducibleJarsTest {

    private static final Path HOME = Path.of(System.getProperty("dafl.home"));
    private static final String ROOT =
            Path.of("../..").toAbsolutePath().normalize().toString();
    private static final LocalDateTime BUILT =
            LocalDateTime.ofInstant(Instant.parse(System.getProperty("output.timestamp")), ZoneOffset.UTC);
    /** Those that archivers add by themselves, and which follow from the machine. */
    private static final List<String> TELLTALE =
            List.of("Built-By", "Build-Jdk", "Build-Host", "Build-Time", "Build-Timestamp", "Bnd-LastModified");

    @Test
    void noJarTellsWhoBuiltItWhereOrWhen() throws IOException {
        List<Path> jars = ours();
        assertTrue(jars.size() > 30, jars::toString);
        List<String> told = new ArrayList<>();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                look(file, jar.getFileName().toString(), told);
            }
        }
        assertEquals(List.of(), told);
    }

    private static void look(JarFile jar, String name, List<String> told) throws IOException {
        Attributes manifest = jar.getManifest().getMainAttributes();
        for (String attribute : TELLTALE) {
            if (manifest.getValue(attribute) != null) {
                told.add(name + ": " + attribute + " in its manifest");
            }
        }
        for (JarEntry entry : Collections.list(jar.entries())) {
            if (!entry.getTimeLocal().equals(BUILT)) {
                told.add(name + ": " + entry.getName() + " of " + entry.getTimeLocal());
            }
            String content = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
            if (content.contains(ROOT)) {
                told.add(name + ": the folder of the build in " + entry.getName());
            }
        }
    }

    private static List<Path> ours() throws IOException {
        try (Stream<Path> lib = Files.list(HOME.resolve("lib"));
                Stream<Path> plugins = Files.list(HOME.resolve("plugins"))) {
            return Stream.concat(lib.filter(jar -> jar.getFileName().toString().startsWith("dafl-")), plugins)
                    .sorted()
                    .toList();
        }
    }
}
