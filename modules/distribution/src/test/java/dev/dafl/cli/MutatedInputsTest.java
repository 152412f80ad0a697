package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.run.Checkpoints;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.host.PluginHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every kind that a command reads, with mistakes: each is taken, or refused in a sentence, and nothing is left
 * half-written. {@code -Ddafl.fuzz=2000} tries as many of each kind, {@code -Ddafl.fuzz.seed=N} begins with the one that a
 * failure names.
 */
class MutatedInputsTest {

    private static final String SMALL = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20}
            student: {model: lenet5-half}
            checkpoint: {every: 2 steps, keep: 2}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              losses: [one-hot]
            distillation: {schedule: {kind: joint, steps: 5}, batch: 8, log-every: 1}
            """;

    private static final String VERSION = System.getProperty("dafl.version") + ".jar";
    private static final int LONGEST_MESSAGE = 2000;

    /** Sound files, made once: a run, a run that was interrupted after its second checkpoint, and a matrix. */
    @TempDir
    private static Path sound;

    @TempDir
    private Path work;

    /** How a command ended; all that it printed on standard error, in whatever way. */
    private record Outcome(int code, String out, String err) {}

    @FunctionalInterface
    private interface Trial {

        Outcome of(Mistakes mistakes, Path folder) throws Exception;
    }

    @BeforeAll
    static void runs() throws IOException {
        Files.writeString(sound.resolve("small.yaml"), SMALL);
        Files.writeString(
                sound.resolve("matrix.yaml"), SMALL.replaceAll("(?s)student:.*", "") + "matrix: {seed: [1, 2]}");
        for (String run : new String[] {"small", "matrix"}) {
            Outcome outcome = dafl("run", sound + "/" + run + ".yaml", "--out", sound + "/" + run);
            assertEquals(0, outcome.code(), outcome.err());
        }
        RunControl control = new RunControl();
        try (PluginHost plugins = PluginHost.start(List.of())) {
            Experiment.prepare(ExperimentFile.read(sound.resolve("small.yaml"), Map.of()), plugins)
                    .run(() -> RunFolder.at(sound.resolve("begun")), sound.resolve("cache"), control, event -> {
                        if (event instanceof RunEvent.Checkpointed checkpoint && checkpoint.step() == 4) {
                            control.cancel();
                        }
                    });
        }
    }

    @Test
    void weightsToMeasure(TestInfo test) throws Exception {
        byte[] weights = Files.readAllBytes(sound.resolve("small/student.safetensors"));
        trials(test, 25, (mistakes, folder) -> {
            Path file = Files.write(folder.resolve("w.safetensors"), mistakes.inSafetensors(weights));
            return dafl("evaluate", file.toString());
        });
    }

    @Test
    void weightsOfATeacher(TestInfo test) throws Exception {
        byte[] weights = Files.readAllBytes(sound.resolve("small/teacher.safetensors"));
        trials(test, 15, (mistakes, folder) -> {
            Path file = Files.write(folder.resolve("w.safetensors"), mistakes.inSafetensors(weights));
            Outcome outcome = dafl(
                    "run",
                    sound + "/small.yaml",
                    "--events",
                    "--set",
                    "teacher.weights=" + file,
                    "--set",
                    "distillation.schedule.steps=1",
                    "--out",
                    folder + "/run");
            assertTrue(
                    outcome.code() != 2 || !Files.exists(folder.resolve("run")), "refused, and yet there is a folder");
            return outcome;
        });
    }

    @Test
    void checkpointsOfPyTorchs(TestInfo test) throws Exception {
        byte[] checkpoint = Files.readAllBytes(Path.of("../tensor/src/test/resources/torch/checkpoint.pth.tar"));
        trials(test, 25, (mistakes, folder) -> {
            Path file = Files.write(folder.resolve("w.pt"), mistakes.inBytes(checkpoint));
            return dafl("weights", file.toString());
        });
    }

    @Test
    void filesOfARunInItsReport(TestInfo test) throws Exception {
        List<String> names = List.of("result.json", "metrics.jsonl", "confusion.json", "config.yaml", "generated.png");
        trials(test, 60, (mistakes, folder) -> {
            copy(sound.resolve("small"), folder);
            Files.deleteIfExists(folder.resolve("report.html"));
            spoil(folder.resolve(names.get(mistakes.below(names.size()))), mistakes);
            Outcome outcome = dafl("report", folder.toString());
            assertEquals(
                    outcome.code() == 0,
                    Files.exists(folder.resolve("report.html")),
                    "a report, and only when it is told of");
            return outcome;
        });
    }

    @Test
    void filesOfAMatrixInItsReport(TestInfo test) throws Exception {
        List<String> names = List.of("matrix.json", "seed-1/result.json", "seed-2/metrics.jsonl", "matrix.yaml");
        trials(test, 60, (mistakes, folder) -> {
            copy(sound.resolve("matrix"), folder);
            spoil(folder.resolve(names.get(mistakes.below(names.size()))), mistakes);
            return dafl("report", folder.toString());
        });
    }

    @Test
    void filesOfAMatrixThatGoesOn(TestInfo test) throws Exception {
        List<String> names = List.of(
                "matrix.json", "seed-1/result.json", "seed-1/config.yaml", "seed-2/metrics.jsonl", "matrix.yaml");
        trials(test, 15, (mistakes, folder) -> {
            copy(sound.resolve("matrix"), folder);
            spoil(folder.resolve(names.get(mistakes.below(names.size()))), mistakes);
            return dafl("run", sound + "/matrix.yaml", "--out", folder.toString(), "--json");
        });
    }

    /** Those that are not what was written are passed over, those that only somebody with a purpose can make are refused. */
    @Test
    void checkpointsOfARunThatGoesOn(TestInfo test) throws Exception {
        trials(test, 15, (mistakes, folder) -> {
            copy(sound.resolve("begun"), folder);
            List<Path> checkpoints = checkpoints(folder);
            assertEquals(2, checkpoints.size());
            Path newest = checkpoints.getLast();
            byte[] written = Files.readAllBytes(newest);
            byte[] bytes = mistakes.inSafetensors(written);
            Files.write(newest, bytes);
            boolean withPurpose = mistakes.below(2) == 0;
            if (withPurpose) {
                Files.move(newest, folder.resolve("checkpoint-009999-" + Checkpoints.digest(newest) + ".safetensors"));
            }
            Outcome outcome = dafl("resume", folder.toString(), "--events");
            if (!withPurpose) {
                assertEquals(0, outcome.code(), outcome.err());
                assertTrue(
                        Arrays.equals(bytes, written) || outcome.err().contains("taking the one before"),
                        outcome.err());
                for (String file : new String[] {"student.safetensors", "generator.safetensors", "generated.png"}) {
                    assertArrayEquals(
                            Files.readAllBytes(sound.resolve("small").resolve(file)),
                            Files.readAllBytes(folder.resolve(file)),
                            file);
                }
            }
            if (outcome.code() == 0) {
                assertEquals(List.of(), checkpoints(folder));
            }
            return outcome;
        });
    }

    @Test
    void filesOfARunThatGoesOn(TestInfo test) throws Exception {
        List<String> names = List.of("config.yaml", "metrics.jsonl", "result.json", "teacher.safetensors");
        trials(test, 15, (mistakes, folder) -> {
            copy(sound.resolve("begun"), folder);
            spoil(folder.resolve(names.get(mistakes.below(names.size()))), mistakes);
            return dafl("resume", folder.toString(), "--events");
        });
    }

    /** Beside one that is sound, and stays in use. */
    @Test
    void bundles(TestInfo test) throws Exception {
        Path plugins = Path.of(System.getProperty("dafl.home"), "plugins");
        byte[] jar = Files.readAllBytes(plugins.resolve("lenet-" + VERSION));
        Path builtIn = Files.createDirectories(work.resolve("home/plugins"));
        Files.copy(plugins.resolve("hinton-net-" + VERSION), builtIn.resolve("hinton-net.jar"));
        String home = System.setProperty("dafl.home", builtIn.getParent().toString());
        try {
            Set<String> told = new TreeSet<>();
            trials(test, 30, (mistakes, folder) -> {
                Files.write(folder.resolve("lenet.jar"), mistakes.inJar(jar));
                Outcome outcome = dafl("plugins", "list", "--plugins", folder.toString());
                assertEquals(0, outcome.code(), outcome.err());
                assertTrue(outcome.out().contains("hinton"), outcome.out());
                assertFalse(outcome.out().contains("\tat "), outcome.out());
                outcome.out()
                        .lines()
                        .filter(line -> line.contains("lenet.jar:"))
                        .forEach(told::add);
                return outcome;
            });
            assertTrue(told.size() > 3, () -> "hardly any was told of as broken: " + told);
        } finally {
            System.setProperty("dafl.home", home);
        }
    }

    private static List<Path> checkpoints(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    private static void spoil(Path file, Mistakes mistakes) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, file.toString().contains(".json") ? mistakes.inJson(bytes) : mistakes.inBytes(bytes));
    }

    private void trials(TestInfo test, int few, Trial trial) throws Exception {
        long begin = Long.getLong("dafl.fuzz.seed", 1);
        int count = Integer.getInteger("dafl.fuzz", few);
        Map<Integer, Integer> codes = new TreeMap<>();
        for (long seed = begin; seed < begin + count; seed++) {
            String which = test.getDisplayName() + ", seed " + seed;
            Path folder = Files.createDirectory(work.resolve("trial-" + seed));
            Outcome outcome = trial.of(new Mistakes(seed), folder);
            requireSound(which, outcome);
            try (Stream<Path> left = Files.walk(folder)) {
                assertEquals(
                        List.of(),
                        left.filter(file -> file.toString().endsWith(".tmp")).toList(),
                        which);
            }
            delete(folder);
            codes.merge(outcome.code(), 1, Integer::sum);
        }
        System.out.println(test.getDisplayName() + ": " + count + " files with mistakes, by exit code " + codes);
    }

    private static void requireSound(String which, Outcome outcome) {
        String told = which + ": exit code " + outcome.code() + "\n" + outcome.err();
        assertTrue(outcome.code() >= 0 && outcome.code() <= 2, told);
        assertFalse(outcome.err().contains("\tat "), told);
        assertFalse(outcome.err().contains("should not happen"), told);
        List<String> messages = outcome.err()
                .lines()
                .filter(line -> line.startsWith(Failures.PREFIX))
                .toList();
        assertTrue(messages.size() <= 2 && (outcome.code() == 0 || !messages.isEmpty()), told);
        assertTrue(messages.stream().allMatch(line -> line.length() <= LONGEST_MESSAGE), told);
        assertTrue(
                messages.stream().noneMatch(line -> line.contains("java.lang.") || line.contains("tools.jackson")),
                told);
    }

    private static Outcome dafl(String... typed) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream before = System.err;
        // Before the command line is made: else it prints to what was the standard error before.
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            int code = Main.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(typed);
            return new Outcome(code, out.toString(), err + logged.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
