package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The first hour of a plugin's author, in the commands that the README names. */
class SamplePluginTest {

    private static final String EXPERIMENT = """
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 100, test: 50}
              image-size: 32
            teacher: {model: lenet5, epochs: 1}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              optimizer: {learning-rate: 0.02}
              losses:
                - {name: one-hot, weight: 1}
                - {name: roughness, weight: 0.5, power: 2}
            distillation: {schedule: {kind: joint, steps: 4}, batch: 16, log-every: 1}
            """;

    /** One for all tests: it holds libtorch. */
    @TempDir
    private static Path maven;

    @TempDir
    private Path work;

    private Launcher launcher;

    @BeforeEach
    void anAuthor() throws IOException {
        Libtorch.load();
        launcher = Launcher.in(work)
                .with("DAFL_LIBTORCH", Libtorch.info().folder().toString())
                .with("XDG_DATA_HOME", work.resolve("home").toString())
                .with("DAFL_MAVEN_ARGS", "-s " + AuthorsMaven.settings(maven))
                .with("PATH", AuthorsMaven.program().getParent() + ":" + System.getenv("PATH"));
        Files.writeString(work.resolve("experiment.yaml"), EXPERIMENT);
    }

    @Test
    void twoCommandsMakeALossThatExperimentsName() throws Exception {
        run("plugins", "new", "roughness", "--kind", "loss", "--package", "org.example.losses");
        Outcome installed = run("plugins", "install", "roughness");
        assertTrue(
                installed.out().startsWith("roughness is in " + work.resolve("home/dafl/plugins/")), installed.out());

        assertTrue(run("plugins", "describe", "roughness").out().contains("power: whole number"));
        run("run", "experiment.yaml", "--out", "run");
        JsonNode line = Files.readAllLines(work.resolve("run/metrics.jsonl")).stream()
                .map(text -> new JsonMapper().readTree(text))
                .filter(metrics -> metrics.path("event").asString().equals("distillation"))
                .findFirst()
                .orElseThrow();
        assertTrue(line.path("loss/roughness").asDouble() > 0, line.toString());

        Outcome wrong =
                launcher.run("run", "experiment.yaml", "--set", "generator.losses=[{name: roughness, power: 3}]");
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().contains("roughness: power must be 1 or 2, not 3"), wrong.err());

        JsonNode removed = new JsonMapper()
                .readTree(run("plugins", "remove", "roughness", "--json").out());
        assertEquals("roughness", removed.at("/plugins/0").asString(), removed.toString());
        assertFalse(Files.exists(Path.of(removed.path("file").asString())), removed.toString());
        assertEquals(2, launcher.run("plugins", "describe", "roughness").code());
        assertEquals(2, launcher.run("plugins", "remove", "roughness").code());
    }

    @Test
    void aChangeBuildsAndRunsAgainAFailedTestIsToldAndCtrlCEndsIt() throws Exception {
        run("plugins", "new", "roughness", "--kind", "loss");
        Process process = launcher.start(
                "plugins",
                "dev",
                "roughness",
                "--",
                "run",
                "experiment.yaml",
                "--set",
                "distillation.schedule.steps=1000000",
                "--set",
                "generator.optimizer.learning-rate=1e-9",
                "--set",
                "guard.on-collapse=ignore");
        try {
            // The run would go on for hours, since its generator neither learns nor dies: the change ends it.
            awaitLine(process, "distil");
            change("return new Options(1);", "return new Options(2);");
            awaitLine(process, "RoughnessTest.itIsTheMeanDifferenceOfNeighboursAndHasItsGradient:");
            awaitLine(process, "dafl: the tests failed; all that was said is in roughness/target/dafl-build.txt");
            awaitLine(process, "dafl: waiting for a change in roughness; Ctrl-C ends");
            assertEquals(1, runs());
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES), launcher.err());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        Outcome outcome = launcher.outcome(process);
        assertEquals(130, outcome.code(), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
        JsonNode result = new JsonMapper().readTree(Files.readString(onlyRun().resolve("result.json")));
        assertEquals("interrupted", result.path("status").asString());
        assertFalse(Files.exists(work.resolve("home/dafl/plugins")), "nothing is installed");
    }

    private Outcome run(String... arguments) throws Exception {
        Outcome outcome = launcher.run(arguments);
        assertEquals(0, outcome.code(), outcome.err());
        return outcome;
    }

    private void change(String from, String to) throws IOException {
        Path source = work.resolve("roughness/src/main/java/com/example/Roughness.java");
        String before = Files.readString(source);
        assertTrue(before.contains(from), before);
        Files.writeString(source, before.replace(from, to));
    }

    private void awaitLine(Process process, String part) throws Exception {
        while (!launcher.err().contains(part)) {
            assertTrue(process.isAlive(), launcher.err());
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    private long runs() throws IOException {
        try (Stream<Path> runs = Files.list(work.resolve("runs/experiment"))) {
            return runs.count();
        }
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(work.resolve("runs/experiment"))) {
            return runs.findFirst().orElseThrow();
        }
    }
}
