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
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that ended before its time goes on as if nothing had happened, bit for bit. */
class ResumeTest {

    private static final String HEAD = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 2, batch: 20}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002, schedule: cosine}}
            checkpoint: {every: 1 steps}
            """;

    private static final String GENERATOR = HEAD + """
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02, schedule: cosine}
              restart-every: 5
              losses: [one-hot, {name: information-entropy, weight: 5}, activation]
            guard: {class-share: 1.0}
            """;

    private static final String STEPS =
            ", batch: 16, log-every: 2, select-every: 3, evaluate-every: 4," + " replay: {steps: 2, batches: 3}}";

    /** Every way in which something is trained. */
    private enum Way {
        TEACHER(HEAD.replaceFirst("student:.*\\n", "")),
        JOINT(GENERATOR + "distillation: {schedule: {kind: joint, steps: 12}" + STEPS),
        TWO_STAGE(
                GENERATOR + "distillation: {schedule: {kind: two-stage, generator-steps: 6, student-steps: 6}" + STEPS),
        ALTERNATING(GENERATOR
                + "distillation: {schedule: {kind: alternating, rounds: 2, round-generator-steps: 3,"
                + " round-student-steps: 3}" + STEPS),
        /** Layers that draw numbers, in the teacher and in the student. */
        DROPOUT(GENERATOR
                        .replace("model: lenet5,", "model: {name: layers, layers: [flatten, {linear: 20}, dropout]},")
                        .replace(
                                "model: lenet5-half,",
                                "model: {name: layers, layers: [{max-pool: 4}, {dropout: 0.2}, {linear: 10}, relu]},")
                + "distillation: {schedule: {kind: joint, steps: 12}" + STEPS),
        /** A loss that remembers, a generator that is told classes, and a temperature that follows the training. */
        REMEMBERING(GENERATOR
                        .replace(
                                "model: lenet5,",
                                "model: {name: layers, layers: [{conv: {out: 4, kernel: 3, stride: 2}}, batch-norm, relu,"
                                        + " {max-pool: 3}, flatten]},")
                        .replace("width: 8}", "width: 8, output: sigmoid, conditional: true}")
                        .replace(
                                "losses: [one-hot,",
                                "losses: [{name: batch-norm-statistics, momentum: 0.9}, target-class, total-variation,"
                                        + " {name: adversarial, form: js},")
                + "distillation: {schedule: {kind: alternating, rounds: 4, round-generator-steps: 2, round-student-steps: 1}, loss: {name: knowledge-distillation,"
                + " temperature: [[0, 4], [1, 1]]}" + STEPS),
        /** A rate by which the generator dies and is put back. */
        RECOVERING(GENERATOR
                        .replace("learning-rate: 0.02", "learning-rate: 20")
                        .replace(
                                "class-share: 1.0", "class-share: 0.9, diversity: 0.99, patience: 1, max-recoveries: 9")
                + "distillation: {schedule: {kind: joint, steps: 12}" + STEPS.replace("log-every: 2", "log-every: 1")),
        SGD(HEAD.replace("learning-rate: 0.002", "name: sgd, momentum: 0.9, learning-rate: 0.002")
                + "transfer: {set: original-data, steps: 8, distort: 0.5}\ndistillation: {batch: 16, log-every: 2,"
                + " evaluate-every: 3}"),
        TRANSFER(HEAD + "transfer: {set: {name: meta-data, images: 20, steps: 2}, steps: 8}\ndistillation: {batch: 16,"
                + " log-every: 2}");

        private final String yaml;

        Way(String yaml) {
            this.yaml = yaml;
        }
    }

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

    /** Thrown where a process would be killed. */
    private static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /** Killed after every fourth checkpoint, as often as it takes, each time without a cache of teachers. */
    @ParameterizedTest
    @EnumSource(Way.class)
    void aRunThatIsKilledAgainAndAgainGivesTheBitsOfOneThatIsNot(Way way) throws IOException {
        RunResult whole = run(way, "whole", "cache");
        int kills = 0;
        boolean done = false;
        while (!done) {
            try {
                run(way, "killed", "cache-" + kills, killedAfter(4));
                done = true;
            } catch (Killed e) {
                kills++;
                // A killed process leaves no result.
                Files.deleteIfExists(Artefact.RESULT.in(root.resolve("killed")));
            }
        }
        assertTrue(kills >= 3, kills + " kills");
        assertSame("whole", "killed");
        RunResult resumed = RunResult.read(root.resolve("killed")).orElseThrow();
        assertEquals(whole.teacher(), resumed.teacher());
        assertEquals(whole.student(), resumed.student());
        assertEquals(whole.recovered(), resumed.recovered());
        assertEquals(way == Way.RECOVERING, !whole.recovered().isEmpty());
    }

    @Test
    void aCheckpointThatIsTornIsPassedOver() throws IOException {
        run(Way.JOINT, "whole", "cache");
        assertThrows(Killed.class, () -> run(Way.JOINT, "killed", "other", killedAfter(16)));
        List<Path> checkpoints = checkpoints("killed");
        assertEquals(2, checkpoints.size());
        byte[] newest = Files.readAllBytes(checkpoints.getLast());
        newest[newest.length / 2] ^= 1;
        Files.write(checkpoints.getLast(), newest);
        run(Way.JOINT, "killed", "other");
        assertSame("whole", "killed");
        assertEquals(List.of(), checkpoints("killed"));
    }

    @Test
    void withoutASoundCheckpointItBeginsAnew() throws IOException {
        run(Way.JOINT, "whole", "cache");
        assertThrows(Killed.class, () -> run(Way.JOINT, "killed", "other", killedAfter(14)));
        for (Path checkpoint : checkpoints("killed")) {
            Files.writeString(checkpoint, "torn");
        }
        run(Way.JOINT, "killed", "third");
        assertSame("whole", "killed");
    }

    @Test
    void anInterruptedRunGoesOn() throws IOException {
        run(Way.JOINT, "whole", "cache");
        RunControl control = new RunControl();
        RunResult interrupted = run(Way.JOINT, "stopped", "other", control, event -> {
            if (event instanceof RunEvent.Progress p && p.step() == 7) {
                control.cancel();
            }
        });
        assertEquals(RunResult.Status.INTERRUPTED, interrupted.status());
        assertEquals(
                SavedRun.State.INTERRUPTED, SavedRun.in(root.resolve("stopped")).state());
        assertEquals(
                RunResult.Status.COMPLETED, run(Way.JOINT, "stopped", "other").status());
        assertSame("whole", "stopped");
        assertEquals(
                SavedRun.State.COMPLETED, SavedRun.in(root.resolve("stopped")).state());
    }

    @Test
    void aRunThatGoesOnCannotBeResumed() throws IOException {
        Path folder = root.resolve("run");
        String[] refused = {""};
        run(Way.JOINT, "run", "cache", new RunControl(), event -> {
            if (event instanceof RunEvent.Progress p && p.step() == 1 && p.phase() == RunEvent.Phase.DISTILLATION) {
                refused[0] = assertThrows(
                                ConfigException.class, () -> SavedRun.in(folder).reopen())
                        .getMessage();
            }
        });
        assertTrue(refused[0].startsWith("a run goes on in " + folder + ", written by process "), refused[0]);
    }

    @Test
    void aFolderWithAKilledRunSaysHowToGoOn() throws IOException {
        assertThrows(Killed.class, () -> run(Way.JOINT, "killed", "cache", killedAfter(2)));
        Files.deleteIfExists(Artefact.RESULT.in(root.resolve("killed")));
        String message = assertThrows(IOException.class, () -> RunFolder.at(root.resolve("killed")))
                .getMessage();
        assertTrue(message.endsWith("go on with it by: dafl resume " + root.resolve("killed")), message);
        assertEquals(SavedRun.State.KILLED, SavedRun.in(root.resolve("killed")).state());
    }

    @Test
    void whatAProcessHasLeftHalfWrittenIsUsedAgain() throws IOException {
        Path folder = Files.createDirectory(root.resolve("run"));
        Files.writeString(folder.resolve("config.yaml.tmp"), "na");
        Files.writeString(folder.resolve("checkpoint.tmp"), "half");
        run(Way.TEACHER, "run", "cache");
        try (Stream<Path> files = Files.list(folder)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".tmp")));
        }
    }

    /** Between its result and its end there is time to be killed in. */
    @Test
    void whatACompleteRunHasLeftBehindIsTakenAway() throws IOException {
        run(Way.TEACHER, "run", "cache");
        Path folder = root.resolve("run");
        List<String> names = names(folder);
        Files.writeString(folder.resolve("checkpoint-000007-0123456789abcdef.safetensors"), "old");
        Files.writeString(folder.resolve("report.html.tmp"), "half");
        Files.writeString(folder.resolve(".lock"), "1");
        Files.delete(folder.resolve("report.html"));
        SavedRun.in(folder).tidy();
        assertEquals(names, names(folder));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static RunListener killedAfter(int checkpoints) {
        int[] seen = {0};
        return event -> {
            if (event instanceof RunEvent.Checkpointed && ++seen[0] == checkpoints) {
                throw new Killed();
            }
        };
    }

    private List<Path> checkpoints(String folder) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.filter(file -> file.getFileName().toString().startsWith("checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    /** All but the times. */
    private void assertSame(String one, String other) throws IOException {
        for (Artefact artefact : List.of(
                Artefact.CONFIG,
                Artefact.TEACHER,
                Artefact.STUDENT,
                Artefact.GENERATOR,
                Artefact.CONFUSION,
                Artefact.GENERATED)) {
            Path file = artefact.in(root.resolve(one));
            Path same = artefact.in(root.resolve(other));
            assertEquals(Files.exists(file), Files.exists(same), artefact.file());
            if (Files.exists(file)) {
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(same), artefact.file());
            }
        }
        List<String> lines = metrics(one);
        List<String> same = metrics(other);
        for (int i = 0; i < Math.min(lines.size(), same.size()); i++) {
            assertEquals(lines.get(i), same.get(i), "metrics, line " + (i + 1));
        }
        assertEquals(lines.size(), same.size(), "lines of metrics");
    }

    private List<String> metrics(String folder) throws IOException {
        return Files.readAllLines(Artefact.METRICS.in(root.resolve(folder))).stream()
                .map(line -> line.replaceAll("\"seconds\":[0-9.E-]+,", ""))
                .toList();
    }

    private RunResult run(Way way, String folder, String cache, RunListener... listeners) throws IOException {
        return run(way, folder, cache, new RunControl(), listeners);
    }

    private RunResult run(Way way, String folder, String cache, RunControl control, RunListener... listeners)
            throws IOException {
        ExperimentFile file = ExperimentFile.parse("experiment.yaml", way.yaml, Map.of(), "small");
        return Experiment.prepare(file, ClassPathExtensions.with())
                .run(() -> RunFolder.of(root.resolve(folder)), root.resolve(cache), control, listeners);
    }
}
