package dev.dafl.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.release.Archives.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What lies in target/release, read as those read it who get it. */
class PackedFilesTest {

    private static final Path PACKAGES = Path.of(System.getProperty("packages"));
    /** What the launcher of the clone starts. */
    private static final Path BUILT = Path.of("../distribution/target/dafl");

    private static final String VERSION = System.getProperty("dafl.version");
    private static final Instant TIME = Instant.parse(System.getProperty("output.timestamp"));
    private static final String TOP = "dafl-" + VERSION + "/";
    private static final Path WHOLE = PACKAGES.resolve("dafl-" + VERSION + "-linux-x86_64.tar.gz");
    private static final Path SLIM = PACKAGES.resolve("dafl-" + VERSION + "-slim.tar.gz");

    @Test
    void everyFileHasItsChecksum() throws IOException {
        Map<String, String> said = new TreeMap<>();
        for (String line : Files.readAllLines(PACKAGES.resolve("SHA256SUMS"))) {
            String[] parts = line.split(" [ *]", 2);
            said.put(parts[1], parts[0]);
        }
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(PACKAGES)) {
            files.filter(file -> !file.endsWith("SHA256SUMS"))
                    .forEach(file -> found.put(file.getFileName().toString(), Archives.sha256(file)));
        }
        assertTrue(found.size() >= 4, found.keySet()::toString);
        assertEquals(found, said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux-x86_64", "slim"})
    void nothingOfTheBuildersMachineIsInATarball(String kind) throws IOException {
        Set<String> seen = new HashSet<>();
        for (Entry entry : Archives.tarGz(PACKAGES.resolve("dafl-" + VERSION + "-" + kind + ".tar.gz"))) {
            assertTrue(entry.name().startsWith(TOP), entry.name());
            assertTrue(seen.add(entry.name()), () -> "twice: " + entry.name());
            assertEquals(0, entry.header().getLongUserId(), entry.name());
            assertEquals(0, entry.header().getLongGroupId(), entry.name());
            assertEquals(TIME, entry.header().getLastModifiedTime().toInstant(), entry.name());
            int mode = entry.header().getMode() & 07777;
            assertTrue(
                    mode == 0755 || (mode == 0644 && !entry.header().isDirectory()),
                    () -> entry.name() + " " + Integer.toOctalString(mode));
        }
        assertTrue(seen.contains(TOP + "bin/dafl"), seen::toString);
        assertTrue(seen.contains(TOP + "LICENSE"), seen::toString);
        assertTrue(seen.contains(TOP + "licences/THIRD-PARTY.txt"), seen::toString);
    }

    @Test
    void theSlimOneIsTheWholeOneWithoutJavaAndLibtorch() throws IOException {
        Map<String, String> whole = hashes(Archives.tarGz(WHOLE), TOP);
        assertTrue(whole.keySet().removeIf(name -> name.startsWith("runtime/")));
        assertTrue(whole.keySet().removeIf(name -> name.startsWith("libtorch/")));
        assertEquals(whole, hashes(Archives.tarGz(SLIM), TOP));
    }

    @Test
    void itsJarsAreThoseThatTheTestsRanWith() throws IOException {
        for (String folder : List.of("lib/", "plugins/")) {
            Map<String, String> tested = new TreeMap<>();
            try (Stream<Path> jars = Files.list(BUILT.resolve(folder))) {
                jars.filter(jar -> !jar.getFileName().toString().matches("(pytorch|openblas)-.*"))
                        .forEach(jar -> tested.put(jar.getFileName().toString(), "644 " + Archives.sha256(jar)));
            }
            assertEquals(tested, hashes(Archives.tarGz(SLIM), TOP + folder));
        }
    }

    @Test
    void itsMavenRepositoryIsTheOneThatPluginsWereBuiltWith() throws IOException {
        Path repository = BUILT.resolve("repository");
        Map<String, String> tested = new TreeMap<>();
        try (Stream<Path> files = Files.walk(repository)) {
            // All but what Maven notes there of the machine.
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().matches("_remote\\.repositories|maven-metadata-.*"))
                    .forEach(
                            file -> tested.put(repository.relativize(file).toString(), "644 " + Archives.sha256(file)));
        }
        assertTrue(
                tested.containsKey("dev/dafl/dafl-spi/" + VERSION + "/dafl-spi-" + VERSION + ".jar"),
                tested.keySet()::toString);
        assertEquals(tested, hashes(Archives.tarGz(SLIM), TOP + "repository/"));
    }

    @Test
    void theDebianPackageInstallsTheTarball() throws IOException {
        Map<String, List<Entry>> members = Archives.deb(PACKAGES.resolve("dafl_" + VERSION + "_amd64.deb"));
        assertEquals(List.of("debian-binary", "control.tar.gz", "data.tar.gz"), List.copyOf(members.keySet()));
        Map<String, String> control = members.get("control.tar.gz").stream()
                .filter(entry -> entry.header().isFile())
                .collect(Collectors.toMap(
                        entry -> entry.name().replaceFirst("^\\./", ""),
                        entry -> new String(entry.content(), StandardCharsets.UTF_8)));
        assertEquals(Set.of("control", "md5sums", "postinst", "prerm"), control.keySet());
        assertTrue(control.get("control").contains("Package: dafl\n"), control.get("control"));
        assertTrue(control.get("control").contains("Version: " + VERSION + "\n"), control.get("control"));
        assertTrue(control.get("control").contains("Architecture: amd64\n"), control.get("control"));
        List<Entry> data = members.get("data.tar.gz");
        assertEquals(hashes(Archives.tarGz(WHOLE), TOP), hashes(data, "./usr/lib/dafl/"));
        Map<String, String> links = data.stream()
                .filter(entry -> entry.header().isSymbolicLink())
                .collect(Collectors.toMap(Entry::name, entry -> entry.header().getLinkName()));
        assertEquals("../lib/dafl/bin/dafl", links.get("./usr/bin/dafl"), links::toString);
        for (Entry entry : data) {
            assertEquals(0, entry.header().getLongUserId(), entry.name());
        }
    }

    @Test
    void whatIsPassedOnIsInTheBillOfMaterials() throws IOException {
        JsonNode bill = new JsonMapper().readTree(PACKAGES.resolve("dafl-" + VERSION + ".cdx.json"));
        assertFalse(bill.has("serialNumber"));
        assertFalse(bill.path("metadata").has("timestamp"));
        Set<String> listed = new TreeSet<>();
        for (JsonNode component : bill.path("components")) {
            assertTrue(component.path("licenses").size() > 0, component::toPrettyString);
            listed.add(component.path("name").asString() + "-"
                    + component.path("version").asString());
        }
        Set<String> packed = new TreeSet<>();
        for (Entry entry : Archives.tarGz(WHOLE)) {
            if (entry.name().matches(TOP + "(lib|plugins)/.*\\.jar")) {
                packed.add(entry.name().replaceFirst(".*/", "").replaceFirst("\\.jar$", ""));
            }
        }
        assertTrue(packed.size() > 50, packed::toString);
        packed.removeAll(listed);
        assertEquals(Set.of(), packed);
        for (String taken : List.of("pytorch-", "openblas-", "xz-")) {
            assertTrue(listed.stream().anyMatch(name -> name.startsWith(taken)), listed::toString);
        }
    }

    /** What a bundle takes in whole is seen by nobody who reads only names of jars. */
    @Test
    void pluginsHoldNobodyElsesClassesButXz() throws IOException {
        Set<String> foreign = new TreeSet<>();
        for (Entry entry : Archives.tarGz(SLIM)) {
            if (!entry.name().startsWith(TOP + "plugins/") || entry.header().isDirectory()) {
                continue;
            }
            try (ZipInputStream jar = new ZipInputStream(new ByteArrayInputStream(entry.content()))) {
                for (ZipEntry file = jar.getNextEntry(); file != null; file = jar.getNextEntry()) {
                    if (file.getName().endsWith(".class") && !file.getName().startsWith("dev/dafl/")) {
                        foreign.add(
                                file.getName().replaceFirst("/[^/]*$", "").replaceFirst("^(org/tukaani/xz).*", "$1"));
                    }
                }
            }
        }
        assertEquals(Set.of("org/tukaani/xz"), foreign);
    }

    /** Files below a folder, each with its mode and hash. */
    private static Map<String, String> hashes(List<Entry> entries, String folder) {
        return entries.stream()
                .filter(entry -> entry.header().isFile() && entry.name().startsWith(folder))
                .collect(Collectors.toMap(
                        entry -> entry.name().substring(folder.length()),
                        entry -> Integer.toOctalString(entry.header().getMode() & 07777) + " " + entry.sha256(),
                        (first, second) -> first + " and " + second,
                        TreeMap::new));
    }
}
