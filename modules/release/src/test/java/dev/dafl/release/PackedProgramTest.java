package dev.dafl.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tarball, unpacked and started as on a machine without Java, Maven, the sources or a network. */
class PackedProgramTest {

    private static final String VERSION = System.getProperty("dafl.version");
    private static final Path WHOLE =
            Path.of(System.getProperty("packages"), "dafl-" + VERSION + "-linux-x86_64.tar.gz");

    private static final String SMALL = """
            name: small
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 200, test: 50}
              image-size: 32
            teacher: {model: lenet5, epochs: 1, batch: 50}
            student: {model: lenet5-half}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              losses: [{name: one-hot, weight: 1}]
            distillation: {schedule: {kind: joint, steps: 2}, batch: 8}
            """;

    @TempDir
    private static Path work;

    private record Outcome(int code, String printed) {}

    @BeforeAll
    static void unpack() throws Exception {
        Outcome outcome = run(List.of("tar", "-xzf", WHOLE.toString(), "-C", work.toString()));
        assertEquals(0, outcome.code(), outcome.printed());
    }

    @Test
    void itStartsByALinkAndBringsItsJavaAndItsLibtorch() throws Exception {
        Path link = Files.createSymbolicLink(work.resolve("linked"), home().resolve("bin/dafl"));
        assertEquals(new Outcome(0, "dafl " + VERSION), dafl(link, "--version"));
        Outcome doctor = dafl(link, "doctor");
        assertEquals(0, doctor.code(), doctor.printed());
        assertTrue(doctor.printed().contains("(" + home().toRealPath().resolve("runtime") + ")"), doctor.printed());
        assertTrue(
                doctor.printed()
                        .contains("built-in, loaded from " + home().toRealPath().resolve("libtorch") + " in"),
                doctor.printed());
        assertFalse(Files.exists(work.resolve("cache-doctor")), "nothing is unpacked a second time");
    }

    @Test
    void itDistils() throws Exception {
        Files.writeString(work.resolve("small.yaml"), SMALL);
        Outcome outcome = dafl(home().resolve("bin/dafl"), "run", "small.yaml", "--out", "run");
        assertEquals(0, outcome.code(), outcome.printed());
        JsonNode result = new JsonMapper().readTree(Files.readString(work.resolve("run/result.json")));
        assertEquals("completed", result.path("status").asString());
        assertTrue(Files.size(work.resolve("run/student.safetensors")) > 0);
    }

    /** Building it takes a JDK, a Maven and a network, which this machine is without. */
    @Test
    void itBeginsAPlugin() throws Exception {
        Outcome outcome = dafl(home().resolve("bin/dafl"), "plugins", "new", "my-loss", "--kind", "loss");
        assertEquals(0, outcome.code(), outcome.printed());
        assertTrue(Files.exists(work.resolve("my-loss/pom.xml")), outcome.printed());
    }

    private static Path home() {
        return work.resolve("dafl-" + VERSION);
    }

    private static Outcome dafl(Path launcher, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "-i",
                "PATH=/usr/bin:/bin",
                "HOME=" + work.resolve("nobody"),
                "OMP_NUM_THREADS=1",
                "DAFL_CACHE=" + work.resolve("cache-" + arguments[0]),
                launcher.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), printed.strip());
    }
}
