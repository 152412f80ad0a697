package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A loss that somebody wrote badly: what it does is told as its failure, in a sentence, and the run's folder says so. */
class BadPluginsTest {

    private static final String YAML = """
            name: odd
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20}
            student: {model: lenet5-half}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              losses: [odd]
            distillation: {schedule: {kind: joint, steps: 6}, batch: 8}
            """;

    @TempDir
    private Path work;

    /** The first call is that of the dry pass, before anything is trained; then the run has no folder yet. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            if (calls > 3) System.exit(0); return batch.images().mean();        | 1 | ended the whole program by System.exit
            if (calls > 3) throw new AssertionError("no"); return batch.images().mean(); | 1 | threw java.lang.AssertionError: no
            if (calls > 3) endless(0); return batch.images().mean();            | 1 | called itself without end
            if (calls > 3) { var all = new java.util.ArrayList<long[]>(); while (true) all.add(new long[10_000_000]); } return batch.images().mean(); | 1 | needs more memory than Java has
            if (calls == 3) return kept; kept = batch.images().mean(); return kept; | 1 | returned a tensor that was closed
            """)
    void whatALossDoesIsToldAsItsFailure(String body, int code, String did) throws Exception {
        Outcome outcome = run(body, "run");
        assertEquals(code, outcome.code(), outcome.err());
        assertTold(outcome, did);
        JsonNode result = new JsonMapper().readTree(Files.readString(work.resolve("run/result.json")));
        assertEquals("failed", result.path("status").asString());
        assertTrue(
                result.path("message").asString().contains("the loss term odd (bundle odd 1.2.3)"), result.toString());
    }

    @Test
    void aLossThatBlocksIsEndedByASecondSignal() throws Exception {
        Launcher launcher = launcher("if (calls > 3) while (true) Thread.onSpinWait(); return batch.images().mean();");
        Process process = launcher.start("run", "odd.yaml", "--out", "run", "--plugins", "plugins");
        while (!Files.exists(work.resolve("run/teacher.safetensors"))) {
            assertTrue(process.isAlive(), launcher.err());
            Thread.onSpinWait();
        }
        process.destroy();
        while (!launcher.err().contains("a second signal ends the run at once")) {
            assertTrue(process.isAlive(), launcher.err());
            Thread.onSpinWait();
        }
        process.destroy();
        assertEquals(143, process.waitFor());
        JsonNode result = new JsonMapper().readTree(Files.readString(work.resolve("run/result.json")));
        assertEquals("interrupted", result.path("status").asString());
    }

    private Outcome run(String body, String folder) throws Exception {
        return launcher(body).run("run", "odd.yaml", "--out", folder, "--plugins", "plugins");
    }

    private Launcher launcher(String body) throws IOException {
        Files.writeString(work.resolve("odd.yaml"), YAML);
        PluginJar.write(Files.createDirectory(work.resolve("plugins")).resolve("odd.jar"), body);
        return Launcher.in(work);
    }

    private static void assertTold(Outcome outcome, String did) {
        assertTrue(outcome.err().contains("the loss term odd (bundle odd 1.2.3) "), outcome.err());
        assertTrue(outcome.err().contains(did), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
    }
}
