package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The program is killed at random moments and resumed until it is done; what it leaves are the bits of a run that nobody
 * disturbed. The moments differ from machine to machine, the outcome must not. {@code -Ddafl.kills=100} kills as often in all
 * ways together, {@code -Ddafl.kills.seed=N} at other moments.
 */
class KilledRunsTest {

    private static final String HEAD = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 2, batch: 20}
            checkpoint: {every: 3 steps}
            """;

    private static final String STUDENT =
            HEAD + "student: {model: lenet5-half, optimizer: {learning-rate: 0.002, schedule: cosine}}\n";

    private static final String GENERATOR = STUDENT + """
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02, schedule: cosine}
              restart-every: 5
              losses: [one-hot, {name: information-entropy, weight: 5}, activation]
            guard: {class-share: 1.0}
            """;

    private static final String STEPS =
            ", batch: 16, log-every: 2, select-every: 3, evaluate-every: 4, replay: {steps: 2, batches: 3}}\n";

    /** What is run. */
    private enum Way {
        TEACHER(HEAD),
        TWO_STAGE(
                GENERATOR + "distillation: {schedule: {kind: two-stage, generator-steps: 9, student-steps: 9}" + STEPS),
        JOINT(GENERATOR + "distillation: {schedule: {kind: joint, steps: 18}" + STEPS),
        TRANSFER(STUDENT + "transfer: {set: {name: meta-data, images: 20, steps: 2}, steps: 18}\n"
                + "distillation: {batch: 16, log-every: 2, evaluate-every: 3}\n");

        private final String yaml;

        Way(String yaml) {
            this.yaml = yaml;
        }
    }

    private static final int KILLS = Integer.getInteger("dafl.kills", Way.values().length);
    private static final long SEED = Long.getLong("dafl.kills.seed", 1);
    /** The exit code of a process that SIGKILL has ended. */
    private static final int KILLED = 137;

    @TempDir
    private Path work;

    private static Path libtorch;

    /** Unpacked once for all runs: else each would do it again, in the cache of its own. */
    @BeforeAll
    static void unpack() {
        Libtorch.load();
        libtorch = Libtorch.info().folder();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRunThatIsKilledAtAnyMomentGivesTheBitsOfOneThatIsNot(Way way) throws Exception {
        int events = whole(way);
        RandomGenerator random = new SplittableRandom(SEED + way.ordinal());
        int left = Math.ceilDiv(KILLS, Way.values().length);
        for (int round = 1; left > 0; round++) {
            String folder = "killed-" + round;
            List<String> moments = new ArrayList<>();
            while (true) {
                Process process = goOn(folder);
                if (left > 0) {
                    int seen = random.nextInt(events + 1);
                    int pause = random.nextInt(seen == 0 ? 3000 : random.nextBoolean() ? 5 : 200);
                    kill(process, seen, pause);
                }
                int code = end(process);
                if (code != KILLED) {
                    assertEquals(0, code, () -> moments + " " + err());
                    break;
                }
                moments.add("at event " + lines() + (begun(folder) ? "" : ", before it began"));
                left--;
            }
            assertSame(folder, moments.toString());
        }
    }

    @Test
    void aRunThatGotSigtermIsResumedToTheSameBits() throws Exception {
        int events = whole(Way.JOINT);
        Process process = goOn("stopped");
        await(process, events / 2);
        process.destroy();
        assertEquals(143, end(process), err());
        assertEquals(
                "interrupted",
                json(work.resolve("stopped/result.json")).path("status").asString());
        assertEquals(0, end(goOn("stopped")), err());
        assertSame("stopped", "after SIGTERM");
    }

    @Test
    void aRunThatGoesOnIsNotResumedByAnother() throws Exception {
        Files.writeString(work.resolve("small.yaml"), Way.JOINT.yaml.replace("steps: 18", "steps: 1000000"));
        Process first = goOn("run");
        try {
            await(first, 12);
            Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));
            Launcher other = Launcher.in(elsewhere).with("DAFL_LIBTORCH", libtorch.toString());
            Process second = other.start("resume", work.resolve("run").toString(), "--events");
            // It ends by itself when it is refused; else it has the folder, and would go on for hours.
            while (second.isAlive()
                    && !Files.readString(elsewhere.resolve("out.txt")).contains("folder-created")) {
                Thread.sleep(10);
            }
            second.destroyForcibly().waitFor();
            Outcome outcome = other.outcome(second);
            assertEquals(2, outcome.code(), outcome.out() + outcome.err());
            assertTrue(outcome.err().contains("a run goes on in " + work.resolve("run")), outcome.err());
            assertTrue(first.isAlive(), "the run itself was disturbed: " + err());
        } finally {
            first.destroyForcibly().waitFor();
        }
    }

    /** Runs it undisturbed into {@code whole}; gives the number of events that it tells. */
    private int whole(Way way) throws Exception {
        Files.writeString(work.resolve("small.yaml"), way.yaml);
        assertEquals(0, end(goOn("whole")), err());
        return lines();
    }

    /** Each folder with a cache of teachers of its own: none is to find what another has trained. */
    private Process goOn(String folder) throws IOException {
        Launcher launcher = Launcher.in(work)
                .with("DAFL_LIBTORCH", libtorch.toString())
                .with("DAFL_CACHE", work.resolve("cache-" + folder).toString());
        return begun(folder)
                ? launcher.start("resume", folder, "--events")
                : launcher.start("run", "small.yaml", "--out", folder, "--events");
    }

    private boolean begun(String folder) {
        return Files.exists(work.resolve(folder).resolve("config.yaml"));
    }

    /** Kills a process some milliseconds after it has told of so many events, where it lives so long. */
    private void kill(Process process, int events, int pauseMillis) throws Exception {
        await(process, events);
        process.waitFor(pauseMillis, TimeUnit.MILLISECONDS);
        process.destroyForcibly();
    }

    private void await(Process process, int events) throws Exception {
        while (process.isAlive() && lines() < events) {
            Thread.sleep(2);
        }
    }

    private static int end(Process process) throws InterruptedException {
        try {
            assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private int lines() throws IOException {
        return (int) Files.readString(work.resolve("out.txt"))
                .chars()
                .filter(c -> c == '\n')
                .count();
    }

    private String err() {
        try {
            return Files.readString(work.resolve("err.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** All but the times, and where things lie. */
    private void assertSame(String folder, String moments) throws IOException {
        List<String> names = names("whole");
        assertTrue(names.contains("teacher.safetensors"), names.toString());
        assertFalse(
                names.stream().anyMatch(name -> name.matches("checkpoint.*|.*\\.tmp|\\.lock")),
                () -> "left in the folder: " + names);
        assertEquals(names, names(folder), moments);
        for (String name : names) {
            Path file = work.resolve("whole").resolve(name);
            Path same = work.resolve(folder).resolve(name);
            switch (name) {
                // Holds times; that it is there, and whole, is all.
                case "report.html" -> assertTrue(Files.readString(same).endsWith("</html>\n"), moments);
                // A file for each process, with times; what TensorBoard makes of them is the engine's test.
                case "tensorboard" -> assertTrue(Files.isDirectory(same), moments);
                case "metrics.jsonl" -> assertEquals(metrics(file), metrics(same), moments);
                case "result.json" -> assertEquals(result(file), result(same), moments);
                default -> assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(same), name + ", " + moments);
            }
        }
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(work.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> metrics(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceAll("\"seconds\":[0-9.E-]+,", ""))
                .toList();
    }

    /** What was measured is another each time, and a run that was killed at once is begun by another command. */
    private static JsonNode result(Path file) throws IOException {
        return ((ObjectNode) json(file)).without(List.of("seconds", "peak-memory-bytes", "command"));
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(Files.readString(file));
    }
}
