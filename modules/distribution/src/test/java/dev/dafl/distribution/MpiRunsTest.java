package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run in several processes that a real {@code mpirun} starts. Without one these tests are skipped. */
class MpiRunsTest {

    private static final String HEAD = """
            seed: 1
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 160, test: 64}, image-size: 32}
            teacher: {model: {name: wide-resnet, depth: 10, width: 1}, epochs: 1, batch: 16, optimizer: {name: sgd, learning-rate: 0.01}}
            checkpoint: {every: 3 steps}
            tracking: {tensorboard: false}
            """;

    private static final String EXPERIMENT = HEAD + """
            student:
              model: {name: wide-resnet, depth: 10, width: 1}
              optimizer: {name: sgd, learning-rate: 0.001, momentum: 0.9}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {name: sgd, learning-rate: 0.001, momentum: 0.9}
              losses: [one-hot, {name: information-entropy, weight: 5}, activation]
            guard: {class-share: 1.0}
            distillation: {schedule: {kind: joint, steps: STEPS}, batch: 16, log-every: 1, select-every: 100, evaluate-every: 0}
            """;

    @TempDir
    private Path work;

    private Launcher launcher;

    private static Path libtorch;

    @BeforeAll
    static void anMpiIsThere() {
        boolean there = program("mpirun").isPresent();
        if (!there) {
            System.err.println("SKIPPED: MpiRunsTest, since no mpirun is installed (Debian: openmpi-bin)");
        }
        Assumptions.assumeTrue(there, "no mpirun is installed (Debian: openmpi-bin)");
        Libtorch.load();
        libtorch = Libtorch.info().folder();
    }

    @BeforeEach
    void aFolder() throws IOException {
        launcher = Launcher.in(work).with("DAFL_LIBTORCH", libtorch.toString()).with("OMP_NUM_THREADS", "1");
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "10"));
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Launcher ranks(int count) {
        return launcher.after(mpirun(count));
    }

    /** As many ranks as are asked for, and by whoever runs the tests: neither cores nor users are counted. */
    private static List<String> mpirun(int count) {
        return List.of(
                program("mpirun.openmpi")
                        .or(() -> program("mpirun"))
                        .orElseThrow()
                        .toString(),
                "--allow-run-as-root",
                "--oversubscribe",
                "-n",
                Integer.toString(count));
    }

    @Test
    void twoAndFourRanksTrainAsOneProcessDoes() throws Exception {
        done(launcher.run("run", "tiny.yaml", "--out", "one"));
        // Those of ten large steps differ by more than the last digits, whoever rounds otherwise.
        String weights = "teacher.weights=" + work.resolve("one/teacher.safetensors");
        done(launcher.run("run", "tiny.yaml", "--set", weights, "--out", "again"));
        for (int count : new int[] {2, 4}) {
            String folder = count + "-ranks";
            Outcome outcome = ranks(count).run("run", "tiny.yaml", "--set", weights, "--out", folder);
            done(outcome);
            assertEquals(
                    1,
                    outcome.out()
                            .lines()
                            .filter(line -> line.startsWith("student "))
                            .count(),
                    "one rank tells: " + outcome.out());
            assertSameLosses("again", folder);
            assertTrue(Files.readString(work.resolve(folder).resolve("report.html"))
                    .contains("1 thread in each of " + count + " processes"));
            assertEquals(count, result(folder).path("ranks").asInt());
        }
    }

    @Test
    void asManyRanksGiveTheSameBits() throws Exception {
        done(ranks(2).run("run", "tiny.yaml", "--out", "first"));
        Launcher elsewhere =
                ranks(2).with("DAFL_CACHE", work.resolve("other-cache").toString());
        done(elsewhere.run("run", "tiny.yaml", "--out", "second"));
        for (String file : List.of("teacher.safetensors", "student.safetensors", "generator.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(work.resolve("first").resolve(file)),
                    Files.readAllBytes(work.resolve("second").resolve(file)),
                    file);
        }
        // Trained by two ranks, and found by the next two.
        Outcome third = ranks(2).run("run", "tiny.yaml", "--out", "third");
        done(third);
        assertTrue(third.err().contains("teacher  from "), third.err());
        assertArrayEquals(
                Files.readAllBytes(work.resolve("first/student.safetensors")),
                Files.readAllBytes(work.resolve("third/student.safetensors")));
    }

    @Test
    void anMpichGivesTheSameBits() throws Exception {
        Optional<Path> mpich = program("mpiexec.mpich");
        if (mpich.isEmpty()) {
            System.err.println("SKIPPED: MpiRunsTest.anMpichGivesTheSameBits, since there is none (Debian: mpich)");
        }
        Assumptions.assumeTrue(mpich.isPresent(), "no MPICH is installed (Debian: mpich)");
        done(ranks(2).run("run", "tiny.yaml", "--out", "open-mpi"));
        done(launcher.after(List.of(mpich.get().toString(), "-n", "2")).run("run", "tiny.yaml", "--out", "mpich"));
        assertEquals(2, result("mpich").path("ranks").asInt());
        for (String file : List.of("student.safetensors", "generator.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(work.resolve("open-mpi").resolve(file)),
                    Files.readAllBytes(work.resolve("mpich").resolve(file)),
                    file);
        }
    }

    @Test
    void aRankThatIsKilledEndsAllAndAnyNumberGoesOn() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "60"));
        done(launcher.run("run", "tiny.yaml", "--out", "whole"));
        Process process = ranks(2).start("run", "tiny.yaml", "--out", "killed");
        try {
            awaitStep(process, "killed");
            ProcessHandle second = process.descendants()
                    .filter(one -> one.info().commandLine().orElse("").contains("dev.dafl.cli.Main"))
                    .filter(one -> !held(one, "killed"))
                    .findFirst()
                    .orElseThrow();
            second.destroyForcibly();
            assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES), this::err);
            assertNotEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly().waitFor();
        }
        Outcome four = ranks(4).run("resume", "killed");
        done(four);
        assertTrue(four.err().contains("goes on") || four.err().contains("resum"), four.err());
        assertEquals("completed", result("killed").path("status").asString());
        // Once it is complete nobody goes on.
        Outcome again = ranks(2).run("resume", "killed");
        assertEquals(2, again.code(), again.err());
        assertTold(again, "killed is complete; there is nothing to resume");
    }

    @Test
    void whatCannotBeDividedIsToldOnceBeforeAnythingIsWritten() throws Exception {
        Outcome batch = ranks(3).run("run", "tiny.yaml", "--out", "out");
        assertEquals(2, batch.code(), batch.err());
        assertTold(batch, "teacher.batch is 16, which 3 ranks do not divide; take a multiple of 3, such as 18");
        Files.writeString(work.resolve("matrix.yaml"), EXPERIMENT.replace("STEPS", "5") + "matrix: {seed: [1, 2]}\n");
        Outcome matrix = ranks(2).run("run", "matrix.yaml", "--out", "out");
        assertEquals(2, matrix.code(), matrix.err());
        assertTold(matrix, "matrix.yaml is a matrix of experiments, and 2 ranks of Open MPI");
        Outcome wrong = ranks(2).run("run", "tiny.yaml", "--set", "student.modell=x", "--out", "out");
        assertEquals(2, wrong.code(), wrong.err());
        assertTold(wrong, "modell");
        assertFalse(Files.exists(work.resolve("out")));
    }

    @Test
    void ranksThatAreNotAlikeAreTold() throws Exception {
        Outcome seeds = unlike().run("run", "tiny.yaml", "--out", "out", "--set", "seed=2");
        assertEquals(2, seeds.code(), seeds.err());
        assertTold(seeds, "has another configuration than rank 0: 'seed: 2' where rank 0 has 'seed: 1'");
        Outcome missing = unlike().run("run", "tiny.yaml", "--out", "out", "--plugins", "nowhere");
        assertNotEquals(0, missing.code(), missing.err());
        assertTold(missing, "no such plugin folder: nowhere");
        Outcome fewer = unlike().run("run", "tiny.yaml", "--out", "out", "--set", "student.model.depth=11");
        assertEquals(2, fewer.code(), fewer.err());
        assertTold(fewer, "rank 1 on ");
        assertFalse(Files.exists(work.resolve("out")));
    }

    /** Rank 0 runs the experiment, and rank 1 what the launcher is told to run. */
    private Launcher unlike() {
        List<String> words = new ArrayList<>(mpirun(1));
        words.addAll(List.of(Launcher.dafl(), "run", "tiny.yaml", "--out", "out", ":", "-n", "1"));
        return launcher.after(words);
    }

    private static void done(Outcome outcome) {
        assertEquals(0, outcome.code(), outcome.out() + outcome.err());
    }

    /** By one line of one rank. */
    private static void assertTold(Outcome outcome, String sentence) {
        List<String> told =
                outcome.err().lines().filter(line -> line.startsWith("dafl: ")).toList();
        assertEquals(1, told.size(), outcome.err());
        assertTrue(told.getFirst().contains(sentence), outcome.err());
    }

    private void assertSameLosses(String one, String other) throws IOException {
        List<JsonNode> expected = progress(one);
        List<JsonNode> seen = progress(other);
        assertEquals(10, expected.size());
        assertEquals(10, seen.size());
        for (int step = 0; step < expected.size(); step++) {
            JsonNode line = seen.get(step);
            for (var entry : expected.get(step).properties()) {
                if (entry.getKey().startsWith("loss/")
                        || entry.getKey().startsWith("student-loss/")
                        || entry.getKey().startsWith("total/")) {
                    assertEquals(
                            entry.getValue().asDouble(),
                            line.path(entry.getKey()).asDouble(Double.NaN),
                            1e-5,
                            entry.getKey() + " of step " + (step + 1) + " of " + other);
                }
            }
        }
    }

    private List<JsonNode> progress(String folder) throws IOException {
        JsonMapper json = JsonMapper.shared();
        return Files.readAllLines(work.resolve(folder).resolve("metrics.jsonl")).stream()
                .map(json::readTree)
                .filter(line -> line.has("student-loss/knowledge-distillation"))
                .toList();
    }

    private JsonNode result(String folder) throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(work.resolve(folder).resolve("result.json")));
    }

    /** Waits until a checkpoint of the student's training is there. */
    private void awaitStep(Process process, String folder) throws Exception {
        Path metrics = work.resolve(folder).resolve("metrics.jsonl");
        while (!Files.exists(metrics) || progress(folder).size() < 8 || checkpoints(folder) == 0) {
            assertTrue(process.isAlive(), () -> "it ended too soon: " + err());
            Thread.sleep(20);
        }
    }

    private long checkpoints(String folder) throws IOException {
        try (Stream<Path> files = Files.list(work.resolve(folder))) {
            return files.filter(file -> file.getFileName().toString().startsWith("checkpoint-"))
                    .count();
        }
    }

    /** Whether it is the process that writes a folder. */
    private boolean held(ProcessHandle process, String folder) {
        try {
            return Files.readString(work.resolve(folder).resolve(".lock"))
                    .strip()
                    .equals(String.valueOf(process.pid()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String err() {
        try {
            return launcher.err();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
