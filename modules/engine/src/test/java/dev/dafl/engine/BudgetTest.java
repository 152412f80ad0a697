package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.BudgetConfig;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose schedule follows from a time, and methods that take over from others. */
class BudgetTest {

    private static final String HEAD = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 16}
            teacher: {model: {name: wide-resnet, depth: 10, width: 1}, epochs: 1, batch: 20}
            student: {model: {name: wide-resnet, depth: 10, width: 1}}
            """;

    private static final String GENERATOR = "generator: {name: dcgan, latent: 6, width: 8, output: sigmoid}";
    private static final String FAST = "method: {name: fast, " + GENERATOR + ", batch: 10, steps: 2}\n";
    private static final String SMALL_BATCH = "distillation: {batch: 8, log-every: 1}\n";

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

    @Test
    void theRoundsOfAMethodFollowFromItsBudget() throws IOException {
        ExperimentConfig decided = check(HEAD + SMALL_BATCH + FAST + "budget: 20min\n");
        BudgetConfig budget = decided.budget().orElseThrow();
        assertEquals(Duration.ofMinutes(20), budget.time());
        Schedule.Rounds rounds = (Schedule.Rounds) decided.distillation().schedule();
        assertEquals(budget.count(), Optional.of(rounds.rounds()));
        // What suits fast are 220 rounds of 400 steps, 20 of them without.
        assertEquals(new Schedule.Rounds(220L, 400L, 20L).lasting(rounds.rounds()), rounds);
    }

    @Test
    void theStepsOfAGeneratorFollowFromItsBudget() throws IOException {
        ExperimentConfig decided = check(HEAD
                + "generator: {model: {name: dcgan, latent: 6, width: 8}, losses: [one-hot]}\n"
                + SMALL_BATCH + "budget: 10min\n");
        assertEquals(
                new Schedule.Joint(decided.budget().orElseThrow().count().orElseThrow()),
                decided.distillation().schedule());
    }

    @Test
    void aScheduleNeedNotSayHowLongWhereABudgetDoes() throws IOException {
        String generator = HEAD + "generator: {model: {name: dcgan, latent: 6, width: 8}, losses: [one-hot]}\n"
                + "budget: 10min\n";
        ExperimentConfig joint = check(generator + "distillation: {batch: 8, schedule: {kind: joint}}\n");
        assertEquals(
                new Schedule.Joint(joint.budget().orElseThrow().count().orElseThrow()),
                joint.distillation().schedule());
        ExperimentConfig alternating = check(generator + "distillation: {batch: 8, schedule: {kind: alternating,"
                + " round-generator-steps: 2, round-student-steps: 3}}\n");
        assertEquals(
                new Schedule.Alternating(
                        alternating.budget().orElseThrow().count().orElseThrow(), 2, 3),
                alternating.distillation().schedule());
    }

    /** What was decided stands in the run's configuration, which is the same run whatever a trial would find now. */
    @Test
    void aRunThatIsAskedForAgainIsTheOneThatWasDecided() throws IOException {
        String decided =
                "distillation: {batch: 8, log-every: 1, schedule: {rounds: 3, round-student-steps: 10, warm-up: 0}}\n"
                        + FAST + "budget: {time: 20min, count: 3}\n";
        run(HEAD + decided, "run");
        SavedRun saved = SavedRun.in(root.resolve("run"));
        assertEquals(
                Optional.of(new BudgetConfig(Duration.ofMinutes(20), Optional.of(3L))),
                saved.config().budget());
        assertTrue(saved.isOf(
                prepared(HEAD + SMALL_BATCH + FAST + "budget: 20min\n").config()));
        assertFalse(saved.isOf(
                prepared(HEAD + SMALL_BATCH + FAST + "budget: 21min\n").config()));
        assertFalse(saved.isOf(prepared(HEAD + SMALL_BATCH + FAST).config()));
    }

    /** Of a method whose rounds are long a second trial, which may not take long, could tell nothing. */
    @Test
    void theTimeOfARunIsTheOneThatItsScheduleWasChosenBy() throws IOException {
        TimeEstimate time = prepared(HEAD + SMALL_BATCH + FAST + "budget: 20min\n")
                .checkAndTime(root.resolve("cache"))
                .time()
                .orElseThrow();
        double seconds = time.student().orElseThrow().seconds().orElseThrow();
        assertTrue(0 < seconds && seconds <= 1200, seconds + " s");
    }

    @Test
    void aBudgetThatIsTooShortForOneRoundIsToldBeforeAnythingIsWritten() {
        String yaml = HEAD + SMALL_BATCH + "method: {name: deep-inversion, batch: 10, steps: 100000000}\nbudget: 1s\n";
        ConfigException e = assertThrows(ConfigException.class, () -> run(yaml, "run"));
        assertEquals(
                "experiment.yaml:11: budget: 1s is too short for one round here; give more time, or take smaller networks,"
                        + " a smaller batch or a method that takes fewer steps for its images",
                e.getMessage());
        assertFalse(Files.exists(root.resolve("run")));
    }

    @Test
    void aRunThatIsToEndEndsInTheTrialToo() {
        RunControl control = new RunControl();
        control.cancel();
        Experiment experiment = prepared(
                HEAD + SMALL_BATCH + "method: {name: deep-inversion, batch: 10, steps: 100000000}\nbudget: 24h\n");
        assertThrows(
                InterruptedRunException.class,
                () -> experiment.run(
                        () -> RunFolder.of(root.resolve("run")), root.resolve("cache"), control, new RunListener[0]));
        assertFalse(Files.exists(root.resolve("run")));
    }

    @Test
    void whatDoesNotGoWithABudgetIsTold() {
        assertMistake(
                "experiment.yaml:9: budget decides how long the schedule is: take rounds out, or budget",
                HEAD + "distillation: {schedule: {rounds: 4}}\nmethod: dfad\nbudget: 1h\n");
        assertMistake(
                "experiment.yaml:9: budget is a time such as 90s, 30min or 2h, not 'soon'", HEAD + "budget: soon\n");
        assertMistake(
                "experiment.yaml:10: budget is the time in which a student learns from images that are made, and transfer has"
                        + " them already: take budget out",
                HEAD + "transfer: {set: original-data}\nbudget: 1h\n");
        assertMistake(
                "experiment.yaml:9: fallback takes the place of a method that dies, and there is no method: take fallback"
                        + " out, or name a method",
                HEAD + "fallback: dfad\n");
        ConfigException e = assertThrows(
                ConfigException.class,
                () -> check(HEAD
                        + "generator: {model: {name: dcgan, latent: 6, width: 8}, losses: [one-hot]}\n"
                        + "distillation: {batch: 8, schedule: {kind: two-stage}}\nbudget: 1h\n"));
        assertTrue(e.getMessage().startsWith("experiment.yaml:10: "), e.getMessage());
        ConfigException stages = assertThrows(
                ConfigException.class,
                () -> run(
                        HEAD
                                + "generator: {model: {name: dcgan, latent: 6, width: 8}, losses: [one-hot]}\n"
                                + "distillation: {batch: 8, schedule: {kind: two-stage, generator-steps: 5, student-steps: 5}}\n"
                                + "budget: 1h\n",
                        "run"));
        assertEquals(
                "experiment.yaml:11: budget has no say over the lengths of two stages; take kind: joint or alternating, or"
                        + " take budget out",
                stages.getMessage());
    }

    /** The run is then the one that it had been with that method from the beginning. */
    @Test
    void aMethodThatDiesLeavesTheRunToItsFallback() throws IOException {
        String schedule = "distillation: {batch: 8, log-every: 1, schedule: {rounds: 3, round-student-steps: 2}}\n";
        String dfad = "{name: dfad, " + GENERATOR + "}\n";
        RunResult alone = run(HEAD + schedule + "method: " + dfad, "alone");
        List<RunEvent> seen = new ArrayList<>();
        RunResult fallen = run(
                HEAD + schedule
                        + "method: {name: fast, " + GENERATOR
                        + ", batch: 10, steps: 2, learning-rate: 1e30}\nfallback: "
                        + dfad,
                "fallen",
                seen::add);
        assertEquals(RunResult.Status.COMPLETED, fallen.status());
        assertEquals(alone.student(), fallen.student());
        assertArrayEquals(
                Files.readAllBytes(Artefact.STUDENT.in(root.resolve("alone"))),
                Files.readAllBytes(Artefact.STUDENT.in(root.resolve("fallen"))));
        assertEquals(
                "dfad",
                SavedRun.in(root.resolve("fallen"))
                        .config()
                        .method()
                        .orElseThrow()
                        .name());
        assertEquals(
                1, seen.stream().filter(RunEvent.Finished.class::isInstance).count(), "the death was not the end");
        RunEvent.Decided decided = seen.stream()
                .filter(RunEvent.Decided.class::isInstance)
                .map(RunEvent.Decided.class::cast)
                .findFirst()
                .orElseThrow();
        assertTrue(decided.what().startsWith("method dfad"), decided.what());
        assertTrue(decided.why().contains("fast") && decided.why().contains("died"), decided.why());
        try (Stream<Path> files = Files.list(root.resolve("fallen"))) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".images")));
        }
    }

    private static void assertMistake(String message, String yaml) {
        ConfigException e = assertThrows(ConfigException.class, () -> prepared(yaml));
        assertEquals(message, e.getMessage());
    }

    private static Experiment prepared(String yaml) {
        return Experiment.prepare(
                ExperimentFile.parse("experiment.yaml", yaml, Map.of(), "small"), ClassPathExtensions.with());
    }

    private ExperimentConfig check(String yaml) throws IOException {
        return prepared(yaml).check(root.resolve("cache")).config();
    }

    private RunResult run(String yaml, String folder, RunListener... listeners) throws IOException {
        return prepared(yaml)
                .run(() -> RunFolder.of(root.resolve(folder)), root.resolve("cache"), new RunControl(), listeners);
    }
}
