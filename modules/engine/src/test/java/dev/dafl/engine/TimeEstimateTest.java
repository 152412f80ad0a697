package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.TimeEstimate.Phase;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.weights.TeacherCache;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of how long a run takes: which steps are counted, and what costs nothing. How fast they go here is not looked at. */
class TimeEstimateTest {

    private static final String HEAD = """
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 55, test: 20}, image-size: 32}
            """;
    private static final String TEACHER = "teacher: {model: lenet5, epochs: 3, batch: 20}\n";
    private static final String STUDENT = "student: {model: lenet5-half}\n";
    private static final String GENERATOR =
            "generator: {model: {name: dcgan, latent: 6, width: 8}, losses: [one-hot]}\n";

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
    void aTeacherIsTrainedForAllItsEpochs() throws IOException {
        TimeEstimate time = time(HEAD + TEACHER);
        assertTaken(9, time.teacher());
        assertEquals(Optional.empty(), time.student());
        assertEquals(time.teacher().seconds(), time.seconds());
    }

    @Test
    void aTeacherThatIsThereCostsNothing() throws IOException {
        Experiment.prepare(file(HEAD + TEACHER), ClassPathExtensions.with())
                .run(() -> RunFolder.at(root.resolve("run")), root.resolve("cache"), new RunControl());
        Path cached = new TeacherCache(root.resolve("cache")).teachers().getFirst();
        assertEquals(
                new Phase(0, Optional.of(0.0), Optional.of(cached.toString())),
                time(HEAD + TEACHER).teacher());
        assertTaken(12, time(HEAD + TEACHER.replace("epochs: 3", "epochs: 4")).teacher());
        String given = root.resolve("run/teacher.safetensors").toString();
        assertEquals(
                new Phase(0, Optional.of(0.0), Optional.of(given)),
                time(HEAD + "teacher: {model: lenet5, weights: " + given + "}\n")
                        .teacher());
    }

    @Test
    void aStudentOfATransferSetTakesItsSteps() throws IOException {
        TimeEstimate time = time(
                HEAD + TEACHER + STUDENT + "transfer: {set: original-data, steps: 400}\ndistillation: {batch: 8}\n");
        assertTaken(400, time.student().orElseThrow());
        assertEquals(
                time.teacher().seconds().orElseThrow()
                        + time.student().orElseThrow().seconds().orElseThrow(),
                time.seconds().orElseThrow());
    }

    @Test
    void eachScheduleOfAGeneratorIsMeasured() throws IOException {
        for (Map.Entry<String, Long> schedule : Map.of(
                        "{steps: 500}",
                        500L,
                        "{kind: two-stage, generator-steps: 300, student-steps: 100}",
                        400L,
                        "{kind: alternating, rounds: 10, round-generator-steps: 4, round-student-steps: 6}",
                        100L)
                .entrySet()) {
            TimeEstimate time = time(HEAD + TEACHER + STUDENT + GENERATOR + "distillation: {batch: 8, schedule: "
                    + schedule.getKey() + "}\n");
            assertTaken(schedule.getValue(), time.student().orElseThrow());
        }
    }

    @Test
    void aMethodTakesItsRounds() throws IOException {
        TimeEstimate time = time(HEAD + TEACHER.replace("lenet5", "{name: wide-resnet, depth: 10, width: 1}") + STUDENT
                + "method: {name: fast, generator: {name: dcgan, latent: 6, width: 8, output: sigmoid}, batch: 10, steps: 2}\n"
                + "distillation: {batch: 8, schedule: {rounds: 30, round-student-steps: 10, warm-up: 5}}\n");
        // 25 rounds with ten steps of the student, and 5 whose images are all.
        assertTaken(255, time.student().orElseThrow());
    }

    @Test
    void nothingIsWritten() throws IOException {
        time(HEAD + TEACHER + STUDENT + GENERATOR + "distillation: {batch: 8, schedule: {steps: 50}}\n");
        try (Stream<Path> files = Files.walk(root)) {
            assertEquals(
                    List.of(root.resolve("experiment.yaml")),
                    files.filter(Files::isRegularFile).toList());
        }
    }

    @Test
    void nothingIsMeasuredWhereNobodyAsks() throws IOException {
        assertFalse(Experiment.prepare(file(HEAD + TEACHER), ClassPathExtensions.with())
                .check(root.resolve("cache"))
                .time()
                .isPresent());
    }

    private static void assertTaken(long steps, Phase phase) {
        assertEquals(steps, phase.steps());
        assertTrue(phase.seconds().orElseThrow() > 0, phase.toString());
        assertEquals(Optional.empty(), phase.from());
    }

    private TimeEstimate time(String yaml) throws IOException {
        return Experiment.prepare(file(yaml), ClassPathExtensions.with())
                .checkAndTime(root.resolve("cache"))
                .time()
                .orElseThrow();
    }

    private ExperimentFile file(String yaml) throws IOException {
        return ExperimentFile.read(Files.writeString(root.resolve("experiment.yaml"), yaml), Map.of());
    }
}
