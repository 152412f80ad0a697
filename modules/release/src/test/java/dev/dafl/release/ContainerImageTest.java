package dev.dafl.release;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.release.Archives.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContainerImageTest {

    private static final Instant TIME = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir
    private Path work;

    private String base;

    @BeforeEach
    void makeTheBase() throws IOException {
        base = "tar://" + BaseImage.write(work.resolve("base.tar"), "etc/base", "what the base has");
    }

    @Test
    void ofTheSamePackageItHasTheSameBytes() throws Exception {
        Path first = write("first", "rwxr-xr-x", List.of("lib/a.jar", "lib/b.jar"), 1);
        Path second = write("second", "rwx------", List.of("lib/b.jar", "lib/a.jar"), 2);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }

    @Test
    void itStartsTheLauncherOnTheBase() throws Exception {
        Map<String, Entry> image;
        try (InputStream in = Files.newInputStream(write("one", "rwxr-xr-x", List.of("lib/a.jar"), 1))) {
            image = Archives.tar(in).stream().collect(Collectors.toMap(Entry::name, Function.identity()));
        }
        JsonNode index = json(image.get("index.json"));
        JsonNode manifest = json(blob(image, index.at("/manifests/0")));
        JsonNode config = json(blob(image, manifest.path("config")));
        assertEquals("2026-11-23T00:00:00Z", config.path("created").asString());
        assertEquals("/usr/lib/dafl/bin/dafl", config.at("/config/Entrypoint/0").asString());
        assertEquals("1000:1000", config.at("/config/User").asString());
        assertEquals("/experiments", config.at("/config/WorkingDir").asString());
        List<String> files = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            for (Entry entry : Archives.tarGz(blob(image, layer).content())) {
                assertEquals(0, entry.header().getLongUserId(), entry.name());
                if (!entry.header().isDirectory()) {
                    files.add(entry.name() + " "
                            + Integer.toOctalString(entry.header().getMode() & 0777));
                }
                if (entry.name().matches("(experiments|var/lib/dafl)/?")) {
                    files.add(entry.name().replaceAll("/$", "") + " "
                            + Integer.toOctalString(entry.header().getMode() & 0777));
                }
            }
        }
        assertEquals(
                List.of(
                        "etc/base 644",
                        "usr/lib/dafl/runtime/bin/java 755",
                        "usr/lib/dafl/libtorch/libtorch_cpu.so 644",
                        "experiments 777",
                        "usr/lib/dafl/bin/dafl 755",
                        "usr/lib/dafl/lib/a.jar 644",
                        "var/lib/dafl 777"),
                files);
    }

    @Test
    void aBaseThatIsNoImageIsRefused() {
        ContainerImage image =
                new ContainerImage(work, "tar://" + work.resolve("nothing.tar"), "1", TIME, work.resolve("cache"));
        assertThrows(Exception.class, () -> image.write(work.resolve("out.tar")));
        assertTrue(Files.notExists(work.resolve("out.tar")));
    }

    /** A small package whose files are written in this order and dated at random. */
    private Path write(String name, String modes, List<String> jars, long seconds) throws Exception {
        Path tree = work.resolve(name);
        put(tree, "runtime/bin/java", modes, seconds);
        for (String jar : jars) {
            put(tree, jar, "rw-r--r--", seconds);
        }
        put(tree, "libtorch/libtorch_cpu.so", "rw-r-----", seconds);
        put(tree, "bin/dafl", modes, seconds);
        Path image = work.resolve(name + ".tar");
        new ContainerImage(tree, base, "1.2.3", TIME, work.resolve(name + "-cache")).write(image);
        return image;
    }

    private static void put(Path tree, String name, String mode, long seconds) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(seconds)));
    }

    private static Entry blob(Map<String, Entry> image, JsonNode descriptor) {
        return image.get("blobs/" + descriptor.path("digest").asString().replace(':', '/'));
    }

    private static JsonNode json(Entry entry) {
        return new JsonMapper().readTree(entry.content());
    }
}
