package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import dev.dafl.libtorch.Libtorch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs through a real Slurm, whose slurm.conf {@code -Ddafl.slurm=FILE} names: that of {@code .ci/slurm start FOLDER}, which
 * {@code .ci/run} starts. Without it these tests are skipped.
 */
class SlurmTest {

    private static final String PROPERTY = "dafl.slurm";

    private static final String EXPERIMENT = """
            name: tiny
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20, seed: 1}
            checkpoint: {every: 3 steps}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002, schedule: cosine}}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02, schedule: cosine}
              losses: [one-hot, {name: information-entropy, weight: 5}, activation]
            guard: {class-share: 1.0}
            tracking: {tensorboard: false}
            distillation: {schedule: {kind: joint, steps: STEPS}, batch: 16, log-every: 1, select-every: 10}
            """;
    private static final String MATRIX =
            "matrix: {seed: [1, 2, 3, 4], student.optimizer.learning-rate: [0.002, 0.01]}\n";

    @TempDir
    private Path work;

    private Launcher launcher;

    /** Unpacked once for all runs. */
    private static Path libtorch;

    @BeforeAll
    static void aSlurmIsThere() {
        String conf = System.getProperty(PROPERTY);
        if (conf == null) {
            System.err.println("SKIPPED: SlurmTest, all tests with a real Slurm; .ci/run starts one, or say -D"
                    + PROPERTY + "=$(.ci/slurm start FOLDER)");
        }
        Assumptions.assumeTrue(conf != null, "-D" + PROPERTY + " names no slurm.conf; .ci/slurm starts a Slurm");
        Libtorch.load();
        libtorch = Libtorch.info().folder();
    }

    @BeforeEach
    void aFolder() {
        launcher = in(System.getProperty(PROPERTY));
    }

    private Launcher in(String conf) {
        return Launcher.in(work)
                .with("SLURM_CONF", conf)
                .with("DAFL_LIBTORCH", libtorch.toString())
                .with("OMP_NUM_THREADS", "1");
    }

    @Test
    void aMatrixOfWhichOneJobIsKilledAndOneRequeuedGivesTheTableOfTheLocalOneBitForBit() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "40") + MATRIX);
        Outcome here = launcher.run("run", "tiny.yaml", "--out", "here");
        assertEquals(0, here.code(), here.err());

        Outcome left = launcher.run(
                "run", "tiny.yaml", "--out", "there", "--launcher", "{name: slurm, at-once: 3}", "--detach");
        assertEquals(0, left.code(), left.err());
        Process following =
                launcher.start("run", "tiny.yaml", "--out", "there", "--launcher", "{name: slurm, at-once: 3}");
        try {
            List<JsonNode> jobs = jobs("there");
            assertEquals(8, jobs.size(), jobs::toString);
            Path killed = work.resolve("there").resolve(jobs.get(0).path("run").asString());
            awaitCheckpoint(following, "there", 0);
            ProcessHandle.of(Long.parseLong(Files.readString(killed.resolve(".lock"))))
                    .orElseThrow()
                    .destroyForcibly();
            // The last to begin: it is not over before its turn to be disturbed comes.
            awaitCheckpoint(following, "there", 7);
            slurm("scontrol", "requeue", id(jobs.get(7)));
            Outcome there = end(following);
            assertEquals(0, there.code(), there.out() + there.err());
            assertTrue(there.err().contains(id(jobs.get(0)) + " runs on"), there.err());
            for (int number : new int[] {0, 7}) {
                String events = events("there", number);
                assertTrue(events.contains("\"event\":\"resumed\""), () -> "not resumed: " + events);
            }
            assertEquals(8, jobs("there").size(), "none was submitted twice");
        } finally {
            following.destroyForcibly().waitFor();
        }
        assertEquals(withoutTimes(work.resolve("here/matrix.json")), withoutTimes(work.resolve("there/matrix.json")));
        assertEquals(untimed(work.resolve("here/table.md")), untimed(work.resolve("there/table.md")));
        assertTrue(Files.exists(work.resolve("there/report.html")));
        for (JsonNode job : jobs("there")) {
            String run = job.path("run").asString();
            for (String file : List.of(
                    "config.yaml",
                    "teacher.safetensors",
                    "student.safetensors",
                    "generator.safetensors",
                    "generated.png",
                    "agreement.json",
                    "confusion.json")) {
                assertArrayEquals(
                        Files.readAllBytes(work.resolve("here").resolve(run).resolve(file)),
                        Files.readAllBytes(work.resolve("there").resolve(run).resolve(file)),
                        run + "/" + file);
            }
        }
    }

    @Test
    void aRunThatIsCancelledGoesOnByTheSameCommand() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "60") + "launcher: slurm\n");
        Outcome here = launcher.run("run", "tiny.yaml", "--out", "here", "--launcher", "local");
        assertEquals(0, here.code(), here.err());
        Process first = launcher.start("run", "tiny.yaml", "--out", "there");
        try {
            awaitCheckpoint(first, "there", 0);
            new ProcessBuilder("kill", "-INT", Long.toString(first.pid()))
                    .start()
                    .waitFor();
            Outcome cancelled = end(first);
            assertEquals(130, cancelled.code(), cancelled.err());
        } finally {
            first.destroyForcibly().waitFor();
        }
        String status = json(work.resolve("there/result.json")).path("status").asString();
        Outcome second = launcher.run("run", "tiny.yaml", "--out", "there");
        assertEquals(0, second.code(), second.err());
        assertEquals("interrupted", status);
        assertArrayEquals(
                Files.readAllBytes(work.resolve("here/student.safetensors")),
                Files.readAllBytes(work.resolve("there/student.safetensors")));
        // What a launcher keeps of its jobs is the run's own, and goes with it.
        Outcome removed = launcher.run("runs", "remove", "there");
        assertEquals(0, removed.code(), removed.err());
        assertFalse(Files.exists(work.resolve("there")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: slurm, partition: nosuch} | 2 | Slurm refuses the job: Invalid partition name specified
            {name: slurm, partition: closed, account: physics} | 1 | Slurm can never begin its job
            {name: slurm, gpus: 1} | 2 | Slurm refuses the job: Invalid generic resource
            {name: slurm, partition: short, time: 1d} | 1 | Slurm can never begin its job
            """)
    void whatTheClusterDoesNotHaveIsToldInASentence(String asked, int code, String sentence) throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "5"));
        Outcome outcome = launcher.run("run", "tiny.yaml", "--out", "there", "--launcher", asked);
        assertEquals(code, outcome.code(), outcome.err());
        List<String> told =
                outcome.err().lines().filter(line -> line.contains(sentence)).toList();
        assertEquals(1, told.size(), outcome.err());
        assertFalse(outcome.err().contains("Exception"), outcome.err());
    }

    @Test
    void aSlurmThatIsDownIsToldInASentence() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "5") + "launcher: slurm\n");
        String conf = Files.readString(Path.of(System.getProperty(PROPERTY)));
        // Nobody listens on port 1.
        Path down = Files.writeString(
                work.resolve("slurm.conf"),
                conf.replaceAll("(?m)^SlurmctldPort=.*$", "SlurmctldPort=1\nMessageTimeout=2\nSlurmctldTimeout=2"));
        Outcome outcome = in(down.toString()).run("run", "tiny.yaml", "--out", "there");
        assertEquals(1, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("dafl: Slurm does not answer: "), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
    }

    @Test
    void aPluginThatIsNotOnTheNodeIsToldInASentence() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "5") + "launcher: slurm\n");
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        Outcome left = launcher.run(
                "run",
                "tiny.yaml",
                "--out",
                "there",
                "--plugins",
                "plugins",
                "--detach",
                "--launcher",
                "{name: slurm, options: [--begin=now+1hour]}");
        assertEquals(0, left.code(), left.err());
        Files.delete(plugins);
        Files.createDirectory(work.resolve("elsewhere"));
        Files.createDirectory(work.resolve("elsewhere/plugins"));
        String job = id(jobs("there").getFirst());
        slurm("scontrol", "update", "JobId=" + job, "StartTime=now+15");
        Launcher elsewhere = new Launcher(work.resolve("elsewhere"), launcher.environment());
        Outcome outcome = elsewhere.run("run", "../tiny.yaml", "--out", "../there");
        assertEquals(1, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("no such plugin folder: plugins"), outcome.err());
        assertTrue(outcome.err().contains("job " + job + ", log "), outcome.err());
    }

    /** Whichever MPI Slurm has a plugin for here: PMIx for Open MPI, PMI-2 for MPICH. */
    @Test
    void theTasksOfAStepTrainOneRunTogether() throws Exception {
        Files.writeString(
                work.resolve("tiny.yaml"),
                EXPERIMENT.replace("STEPS", "5").replace("select-every: 10", "select-every: 5"));
        String mpi = Stream.of("pmix", "pmi2")
                .filter(SlurmTest::slurmStarts)
                .findFirst()
                .orElse("");
        if (mpi.isEmpty()) {
            System.err.println(
                    "SKIPPED: SlurmTest.theTasksOfAStepTrainOneRunTogether, since Slurm starts no MPI here (Debian:"
                            + " openmpi-bin and libpmix-dev, or mpich)");
        }
        Assumptions.assumeTrue(!mpi.isEmpty(), "Slurm starts no MPI here");
        Outcome outcome =
                launcher.after(List.of("srun", "--mpi=" + mpi, "-n", "2")).run("run", "tiny.yaml", "--out", "there");
        assertEquals(0, outcome.code(), outcome.out() + outcome.err());
        assertEquals(2, json(work.resolve("there/result.json")).path("ranks").asInt());
        Outcome again =
                launcher.after(List.of("srun", "--mpi=" + mpi, "-n", "2")).run("run", "tiny.yaml", "--out", "again");
        assertEquals(0, again.code(), again.out() + again.err());
        assertArrayEquals(
                Files.readAllBytes(work.resolve("there/student.safetensors")),
                Files.readAllBytes(work.resolve("again/student.safetensors")));
        // A step of one task is a run of one process, whatever Slurm has set for it.
        Outcome one =
                launcher.after(List.of("srun", "--mpi=" + mpi, "-n", "1")).run("run", "tiny.yaml", "--out", "one");
        assertEquals(0, one.code(), one.out() + one.err());
        assertEquals(1, json(work.resolve("one/result.json")).path("ranks").asInt(1));
    }

    /** A step of two tasks under this plugin, and a library of the MPI that speaks with it. */
    private static boolean slurmStarts(String mpi) {
        String library = mpi.equals("pmix") ? "libmpi.so.40" : "libmpich.so.12";
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "sh",
                            "-c",
                            "PATH=$PATH:/sbin:/usr/sbin; ldconfig -p | grep -q " + library
                                    + " && timeout 60 srun --mpi=" + mpi + " -n 2 true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("SLURM_CONF", System.getProperty(PROPERTY));
            return builder.start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void jobsOfTheirOwnGiveWhatAnArrayGives() throws Exception {
        Files.writeString(work.resolve("tiny.yaml"), EXPERIMENT.replace("STEPS", "10") + "matrix: {seed: [1, 2]}\n");
        Outcome here = launcher.run("run", "tiny.yaml", "--out", "here");
        assertEquals(0, here.code(), here.err());
        Outcome there = launcher.run("run", "tiny.yaml", "--out", "there", "--launcher", "{name: slurm, array: false}");
        assertEquals(0, there.code(), there.err());
        assertEquals(
                2,
                jobs("there").stream()
                        .map(job -> job.path("array").asString())
                        .distinct()
                        .count(),
                "each has a number of its own");
        assertEquals(withoutTimes(work.resolve("here/matrix.json")), withoutTimes(work.resolve("there/matrix.json")));
    }

    /** Waits until a run has saved steps of its training, while the program goes on that follows it. */
    private void awaitCheckpoint(Process following, String folder, int job) throws Exception {
        Pattern saved = Pattern.compile("\"event\":\"checkpointed\".*\"step\":[1-9]");
        while (!saved.matcher(events(folder, job)).find()) {
            assertTrue(following.isAlive(), () -> "it ended too soon: " + err());
            Thread.sleep(20);
        }
    }

    /** What a job has told until now; nothing where there is no such job yet. */
    private String events(String folder, int job) throws IOException {
        if (!Files.exists(work.resolve(folder).resolve("_jobs/jobs.json"))) {
            return "";
        }
        Path events = work.resolve(folder).resolve("_jobs/" + id(jobs(folder).get(job)) + ".events");
        return Files.exists(events) ? Files.readString(events) : "";
    }

    private Outcome end(Process process) throws Exception {
        assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES), () -> "it does not end: " + err());
        return launcher.outcome(process);
    }

    private String err() {
        try {
            return launcher.err();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void slurm(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SLURM_CONF", System.getProperty(PROPERTY));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + said);
    }

    private List<JsonNode> jobs(String folder) throws IOException {
        List<JsonNode> jobs = new ArrayList<>();
        json(work.resolve(folder).resolve("_jobs/jobs.json")).path("jobs").forEach(jobs::add);
        return jobs;
    }

    private static String id(JsonNode job) {
        return job.path("array").asString() + "_" + job.path("task").asString();
    }

    /** All that the table holds but what was measured of time. */
    private static JsonNode withoutTimes(Path file) throws IOException {
        JsonNode table = json(file);
        strip(table);
        return table;
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("seconds");
        }
        node.forEach(SlurmTest::strip);
    }

    /** The table for people, without its last column, which says how long the runs took. */
    private static List<String> untimed(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceFirst("[^|]*\\|$", ""))
                .toList();
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(Files.readString(file));
    }
}
