package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method there is, from a file to a student. */
class MethodTest {

    private static final String HEAD = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 16}
            teacher: {model: {name: wide-resnet, depth: 10, width: 1}, epochs: 1, batch: 20}
            student: {model: {name: wide-resnet, depth: 10, width: 1}}
            checkpoint: {every: 1 steps}
            distillation: {batch: 8, log-every: 1, schedule: {rounds: 4, round-student-steps: 2, warm-up: 1}}
            """;

    private static final String GENERATOR = "generator: {name: dcgan, latent: 6, width: 8, output: sigmoid}";

    /** What keeps each method small. */
    private static final Map<String, String> OPTIONS = new TreeMap<>(Map.of(
            "dfad",
            GENERATOR,
            "zskt",
            GENERATOR,
            "dfq",
            GENERATOR,
            "mad",
            GENERATOR,
            "pre-dfkd",
            GENERATOR,
            "nayer",
            GENERATOR + ", batch: 10, steps: 3, embedding-size: 12, renew-every: 2",
            "fast",
            GENERATOR + ", batch: 10, steps: 2, reset-layer-after: 2",
            "spaceshipnet",
            "latent: 6, width: 4, batch: 10, steps: 2, stored: 24",
            "cmi",
            GENERATOR + ", batch: 10, steps: 3, memory: 40, negatives: 8, embedding: 16",
            "deep-inversion",
            "adversarial: true, batch: 10, steps: 3"));

    @TempDir
    private Path root;

    private long live;

    @BeforeEach
    void count() {
        live = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(live, Tensor.liveCount());
    }

    static Stream<String> methods() {
        return ClassPathExtensions.with().all(SynthesizerFactory.class).stream()
                .map(method -> method.name())
                .sorted();
    }

    /** Thrown where a process would be killed. */
    private static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aRunThatIsKilledAgainAndAgainGivesTheBitsOfOneThatIsNot(String method) throws IOException {
        String yaml = HEAD + "method: {name: " + method + ", " + OPTIONS.get(method) + "}\n";
        RunResult whole = run(yaml, "whole", new RunControl());
        int kills = 0;
        boolean done = false;
        while (!done) {
            try {
                run(yaml, "killed", new RunControl(), killedAfter(3));
                done = true;
            } catch (Killed e) {
                kills++;
                Files.deleteIfExists(Artefact.RESULT.in(root.resolve("killed")));
            }
        }
        assertTrue(kills >= 2, kills + " kills");
        assertArrayEquals(
                Files.readAllBytes(Artefact.STUDENT.in(root.resolve("whole"))),
                Files.readAllBytes(Artefact.STUDENT.in(root.resolve("killed"))));
        RunResult resumed = RunResult.read(root.resolve("killed")).orElseThrow();
        assertEquals(whole.student(), resumed.student());
        try (Stream<Path> files = Files.list(root.resolve("killed"))) {
            assertFalse(
                    files.anyMatch(file -> file.toString().endsWith(".images")),
                    "the images of a run that is complete are gone");
        }
        assertTrue(Files.exists(Artefact.GENERATED.in(root.resolve("killed"))));
    }

    /** Four rounds of ten images kept in a bank, or of ten and ten; or six batches of eight, each made anew. */
    @ParameterizedTest
    @CsvSource({"nayer, 40", "fast, 40", "spaceshipnet, 80", "cmi, 40", "deep-inversion, 40", "dfad, 48"})
    void theImagesThatAMethodMadeAreCounted(String method, long images) throws IOException {
        RunResult result =
                run(HEAD + "method: {name: " + method + ", " + OPTIONS.get(method) + "}\n", "run", new RunControl());
        assertEquals(Optional.of(images), result.student().orElseThrow().imagesMade());
    }

    @Test
    void whatSuitsAMethodStandsInTheRunAndWhatTheUserSaysWins() {
        ExperimentFile file =
                ExperimentFile.parse("experiment.yaml", HEAD + "method: {name: nayer, steps: 3}\n", Map.of(), "small");
        ExperimentFile suited =
                Experiment.prepare(file, ClassPathExtensions.with()).file();
        assertEquals(
                "knowledge-distillation", suited.config().distillation().loss().name());
        assertEquals(8, suited.config().distillation().batch());
        assertEquals(4, suited.config().distillation().schedule().generatorSteps());
        assertEquals(
                0.2,
                suited.config().student().orElseThrow().optimizer().rate(10).at(0),
                1e-9);
    }

    @Test
    void aSuitedWarmUpIsThatPartOfTheUsersRounds() {
        ExperimentFile file = ExperimentFile.parse(
                "experiment.yaml",
                HEAD.replace("warm-up: 1", "warm-up: null").replace("rounds: 4", "rounds: 33") + "method: nayer\n",
                Map.of(),
                "small");
        Schedule schedule = Experiment.prepare(file, ClassPathExtensions.with())
                .file()
                .config()
                .distillation()
                .schedule();
        assertEquals(new Schedule.Rounds(33L, 2L, 3L), schedule);
    }

    @Test
    void aTeacherWithoutBatchNormIsToldBeforeAnythingIsTrained() {
        String yaml = HEAD.replace("{name: wide-resnet, depth: 10, width: 1}, epochs", "lenet5, epochs")
                .replace("image-size: 16", "image-size: 32");
        ConfigException e =
                assertThrows(ConfigException.class, () -> run(yaml + "method: nayer\n", "none", new RunControl()));
        assertTrue(
                e.getMessage().contains("batch-norm-statistics")
                        && e.getMessage().contains("the teacher has none")
                        && e.getMessage().startsWith("experiment.yaml:11: "),
                e.getMessage());
        assertFalse(Files.exists(root.resolve("none")));
    }

    @Test
    void whatDoesNotGoTogetherIsTold() {
        assertMistake(
                "experiment.yaml:1: a student learns from one of generator, method and transfer, and generator and method"
                        + " are there: leave one of them",
                HEAD + "method: dfad\ngenerator: {model: dcgan, losses: [one-hot]}\n");
        assertMistake(
                "experiment.yaml:10: a method wants schedule: {kind: rounds, rounds: 100, round-student-steps: 100}",
                HEAD.replace("{rounds: 4, round-student-steps: 2, warm-up: 1}", "{kind: joint, steps: 5}")
                        + "method: dfad\n");
        assertMistake(
                "experiment.yaml:11: dfad: unknown key embedding. Keys here: generator, losses, learning-rate, schedule, steps,"
                        + " batch, clip-norm",
                HEAD + "method: {name: dfad, embedding: x}\n");
        assertMistake(
                "experiment.yaml:10: augment changes the images that a method makes; with a generator it is replay: {distort:"
                        + " ...}, with a transfer set transfer.distort",
                HEAD.replace("schedule: {rounds: 4, round-student-steps: 2, warm-up: 1}", "augment: {flip: true}")
                        + "generator: {model: dcgan, losses: [one-hot]}\n");
        assertMistake(
                "experiment.yaml:10: warm-up is a part of the rounds, of which there are 4, not 4",
                HEAD.replace("warm-up: 1", "warm-up: 4") + "method: dfad\n");
    }

    private static void assertMistake(String message, String yaml) {
        ConfigException e = assertThrows(
                ConfigException.class,
                () -> Experiment.prepare(
                        ExperimentFile.parse("experiment.yaml", yaml, Map.of(), "small"), ClassPathExtensions.with()));
        assertEquals(message, e.getMessage());
    }

    private static RunListener killedAfter(int checkpoints) {
        int[] seen = {0};
        return event -> {
            if (event instanceof RunEvent.Checkpointed && ++seen[0] == checkpoints) {
                throw new Killed();
            }
        };
    }

    private RunResult run(String yaml, String folder, RunControl control, RunListener... listeners) throws IOException {
        ExperimentFile file = ExperimentFile.parse("experiment.yaml", yaml, Map.of(), "small");
        return Experiment.prepare(file, ClassPathExtensions.with())
                .run(() -> RunFolder.of(root.resolve(folder)), root.resolve("cache"), control, listeners);
    }
}
