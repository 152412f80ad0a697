package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.runs.RunRemoval;
import dev.dafl.engine.tracking.EventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, seen where people look. */
class TrackingTest {

    private static final String YAML = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 2, batch: 20}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [one-hot, {name: information-entropy, weight: 5}]
            guard: {class-share: 1.0}
            distillation: {schedule: {kind: joint, steps: 12}, batch: 16, log-every: 1, select-every: 3, evaluate-every: 4}
            checkpoint: {every: 5 steps}
            """;

    @TempDir
    private Path root;

    /** Thrown where a process would be killed. */
    private static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    @Test
    void tensorBoardShowsWhatTheMetricsSay() throws IOException {
        RunResult result = run("run", Map.of());
        Map<String, List<EventReader.Value>> teacher = EventReader.shown(root.resolve("run"), Phase.TEACHER);
        Map<String, List<EventReader.Value>> student = EventReader.shown(root.resolve("run"), Phase.DISTILLATION);
        Map<String, List<String>> expected = new TreeMap<>();
        for (MetricsLine line : MetricsLine.read(root.resolve("run"))) {
            if (line instanceof MetricsLine.Training training) {
                training.metrics()
                        .forEach(metric -> expected.computeIfAbsent(metric.key(), _ -> new ArrayList<>())
                                .add(training.step() + ": " + (float) metric.value()));
            }
        }
        assertTrue(expected.containsKey("loss/one-hot") && expected.containsKey("teacher-loss/cross-entropy"));
        expected.forEach((tag, values) ->
                assertEquals(values, points((teacher.containsKey(tag) ? teacher : student).get(tag)), tag));
        assertEquals(12, student.get("loss/one-hot").size());
        // The last measurement is of the step at which the student was kept, and would lead the curve back.
        assertEquals(List.of(4L, 8L, 12L), steps(student.get("accuracy/student")));
        assertEquals(
                result.student().orElseThrow().accuracy().orElseThrow().floatValue(),
                student.get("result/student-accuracy").getFirst().content());
        assertEquals(
                result.teacher().orElseThrow().accuracy().orElseThrow().floatValue(),
                teacher.get("accuracy/teacher").getFirst().content());
        assertArrayEquals(Files.readAllBytes(Artefact.GENERATED.in(root.resolve("run"))), (byte[])
                student.get("generated").getFirst().content());
        assertTrue(student.containsKey("class-means"));
        String config = (String) student.get("configuration").getFirst().content();
        assertEquals(
                "```yaml\n"
                        + Files.readString(Artefact.CONFIG.in(root.resolve("run")))
                                .stripTrailing() + "\n```\n",
                config);
        assertTrue(((String) student.get("result").getFirst().content()).contains("| status | completed |"));
    }

    @Test
    void aRunIsTheSameWhetherAnybodyIsTold() throws IOException {
        run("on", Map.of());
        run("off", Map.of("tracking.tensorboard", "false"));
        assertFalse(Files.exists(root.resolve("off/tensorboard")));
        for (Artefact artefact : List.of(Artefact.STUDENT, Artefact.GENERATOR, Artefact.TEACHER, Artefact.CONFUSION)) {
            assertEquals(-1, Files.mismatch(artefact.in(root.resolve("on")), artefact.in(root.resolve("off"))));
        }
    }

    /** Killed in both phases, behind a checkpoint, and once with a record that is cut off. */
    @Test
    void aResumedRunIsShownAsOneThatWasNotKilled() throws IOException {
        run("whole", Map.of());
        for (int moment : new int[] {3, 8, 16, 18, 23}) {
            assertThrows(Killed.class, () -> run("killed", Map.of(), killedAt(moment)));
            Files.deleteIfExists(Artefact.RESULT.in(root.resolve("killed")));
            for (Phase phase : Phase.values()) {
                List<Path> files = EventReader.files(root.resolve("killed"), phase);
                if (moment == 18 && phase == Phase.DISTILLATION) {
                    byte[] torn = Files.readAllBytes(files.getLast());
                    Files.write(files.getLast(), Arrays.copyOf(torn, torn.length - 5));
                }
            }
        }
        run("killed", Map.of());
        for (Phase phase : Phase.values()) {
            assertTrue(EventReader.files(root.resolve("killed"), phase).size() > 1, phase.name());
            Map<String, List<EventReader.Value>> whole = EventReader.shown(root.resolve("whole"), phase);
            Map<String, List<EventReader.Value>> killed = EventReader.shown(root.resolve("killed"), phase);
            assertEquals(whole.keySet(), killed.keySet());
            whole.forEach((tag, values) -> {
                if (tag.contains("/")) {
                    assertEquals(points(values), points(killed.get(tag)), tag);
                }
            });
        }
    }

    @Test
    void aRunIsNotLostWhereEventFilesCannotBeWritten() throws IOException {
        RunResult result = run("run", Map.of(), event -> {
            if (event instanceof RunEvent.FolderCreated created) {
                try {
                    Files.writeString(created.folder().resolve("tensorboard"), "in the way");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        assertEquals(RunResult.Status.COMPLETED, result.status());
    }

    @Test
    void eventFilesAreTheRunsOwn() throws IOException {
        run("one", Map.of());
        run("two", Map.of());
        Path mine = Files.writeString(root.resolve("two/tensorboard/notes.txt"), "mine");
        String refusal = assertThrows(ConfigException.class, () -> RunRemoval.of(List.of(root.resolve("two"))))
                .getMessage();
        assertTrue(refusal.contains("holds tensorboard/notes.txt, which no run has written"), refusal);
        Files.delete(mine);
        RunRemoval.of(List.of(root.resolve("one"), root.resolve("two"))).delete();
        assertFalse(Files.exists(root.resolve("one")) || Files.exists(root.resolve("two")));
    }

    private static RunListener killedAt(int progress) {
        return event -> {
            if (event instanceof RunEvent.Progress p
                    && (p.phase() == Phase.TEACHER ? p.step() : p.step() + 12) >= progress) {
                throw new Killed();
            }
        };
    }

    private static List<String> points(List<EventReader.Value> values) {
        return values.stream()
                .map(value -> value.step() + ": " + value.content())
                .toList();
    }

    private static List<Long> steps(List<EventReader.Value> values) {
        return values.stream().map(EventReader.Value::step).toList();
    }

    private RunResult run(String folder, Map<String, String> overrides, RunListener... listeners) throws IOException {
        ExperimentFile file = ExperimentFile.parse("experiment.yaml", YAML, new HashMap<>(overrides), "small");
        return Experiment.prepare(file, ClassPathExtensions.with())
                .run(
                        () -> RunFolder.of(root.resolve(folder)),
                        root.resolve("cache-" + folder),
                        new RunControl(),
                        listeners);
    }
}
