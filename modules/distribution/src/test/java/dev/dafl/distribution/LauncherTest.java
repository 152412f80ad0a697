package dev.dafl.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.Launcher.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program as a user meets it: the launcher, its exit codes, both of its streams and what it leaves behind. */
class LauncherTest {

    private static final String SMALL = """
            name: small
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 400, test: 100}
              image-size: 32
            teacher: {model: lenet5, epochs: 3, batch: 50}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [{name: one-hot, weight: 1}, {name: information-entropy, weight: 5}]
            distillation: {schedule: {kind: joint, steps: 10}, batch: 16, select-every: 5}
            """;

    @TempDir
    private Path work;

    @Test
    void aRunReportsAsJsonAndLeavesItsFolder() throws Exception {
        write("small.yaml", SMALL);
        Outcome outcome = Launcher.in(work).run("run", "small.yaml", "--json", "--out", "run", "--set", "seed=5");
        assertEquals(0, outcome.code(), outcome.err());
        JsonNode result = new JsonMapper().readTree(outcome.out());
        assertEquals("completed", result.path("status").asString());
        assertEquals(5, result.at("/config/seed").asInt());
        assertTrue(result.at("/teacher/accuracy").asDouble() > 0.3, outcome.out());
        assertEquals(result, new JsonMapper().readTree(Files.readString(work.resolve("run/result.json"))));
        assertTrue(outcome.err().contains("distil"), outcome.err());
        Files.delete(work.resolve("run/report.html"));
        Outcome report = Launcher.in(work).run("report", "run");
        assertEquals(0, report.code(), report.err());
        assertEquals("the report is run/report.html", report.out().strip());
        assertTrue(Files.readString(work.resolve("run/report.html")).contains("<h1>small</h1>"));
        Outcome evaluation = Launcher.in(work).run("evaluate", "run/student.safetensors");
        assertEquals(0, evaluation.code(), evaluation.err());
        assertTrue(evaluation.out().contains("lenet5-half"), evaluation.out());
    }

    @Test
    void withoutOutTheFolderIsBelowRuns() throws Exception {
        write("small.yaml", SMALL);
        Outcome outcome = Launcher.in(work).run("run", "small.yaml", "--set", "distillation.schedule.steps=2");
        assertEquals(0, outcome.code(), outcome.err());
        try (Stream<Path> runs = Files.list(work.resolve("runs/small"))) {
            assertEquals(1, runs.count());
        }
        assertTrue(outcome.out().contains("student"), outcome.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalEndsARunInAWholeFolder(String signal) throws Exception {
        write("small.yaml", SMALL);
        Launcher launcher = Launcher.in(work);
        Process process =
                launcher.start("run", "small.yaml", "--out", "run", "--set", "distillation.schedule.steps=1000000");
        signal(process, signal, () -> begun("run"));
        Outcome outcome = launcher.outcome(process);
        assertEquals(signal.equals("INT") ? 130 : 143, outcome.code(), outcome.err());
        JsonNode result = new JsonMapper().readTree(Files.readString(work.resolve("run/result.json")));
        assertEquals("interrupted", result.path("status").asString());
        assertTrue(Files.exists(work.resolve("run/student.safetensors")));
        try (Stream<Path> files = Files.list(work.resolve("run"))) {
            assertFalse(files.anyMatch(f -> f.toString().endsWith(".tmp")));
        }
    }

    @Test
    void runsOfAMatrixSideBySideGiveTheBitsOfOneAfterAnother() throws Exception {
        write("matrix.yaml", SMALL + """
                matrix:
                  losses:
                    both: {}
                    broken:
                      generator: null
                      transfer: {set: {name: alternative-data, dataset: {name: image-folder, train: nowhere}}, steps: 2}
                  seed: [1, 2]
                """);
        Outcome together = Launcher.in(work).run("run", "matrix.yaml", "--jobs", "3", "--out", "together", "--json");
        assertEquals(1, together.code(), together.err());
        JsonNode runs = new JsonMapper().readTree(together.out()).path("runs");
        assertEquals(4, runs.size());
        assertEquals("completed", runs.get(0).path("status").asString(), together.out());
        assertEquals("failed", runs.get(2).path("status").asString(), together.out());
        assertTrue(
                runs.get(3).path("message").asString().contains("there is no folder nowhere, which train names"),
                together.out());
        assertTrue(together.err().contains("both_seed-2  distil"), together.err());
        Outcome alone = Launcher.in(work).run("run", "matrix.yaml", "--out", "alone");
        assertEquals(1, alone.code(), alone.err());
        for (String run : new String[] {"both_seed-1", "both_seed-2"}) {
            assertArrayEquals(
                    Files.readAllBytes(work.resolve("alone/" + run + "/student.safetensors")),
                    Files.readAllBytes(work.resolve("together/" + run + "/student.safetensors")));
        }
    }

    @Test
    void aSignalEndsAllRunsOfAMatrix() throws Exception {
        write("matrix.yaml", SMALL + "matrix: {seed: [1, 2, 3]}\n");
        Launcher launcher = Launcher.in(work);
        Process process = launcher.start(
                "run", "matrix.yaml", "--jobs", "2", "--out", "out", "--set", "distillation.schedule.steps=1000000");
        signal(process, "TERM", () -> begun("out/seed-1") && begun("out/seed-2"));
        for (String run : new String[] {"seed-1", "seed-2"}) {
            JsonNode result = new JsonMapper().readTree(Files.readString(work.resolve("out/" + run + "/result.json")));
            assertEquals("interrupted", result.path("status").asString());
        }
        assertFalse(Files.exists(work.resolve("out/seed-3")));
    }

    /** Waits until {@code ready}, sends the signal and waits for the end; nothing is left running if that does not come. */
    private static void signal(Process process, String signal, Callable<Boolean> ready) throws Exception {
        try {
            while (!ready.call()) {
                assertTrue(process.isAlive(), "it ended before the signal");
                Thread.sleep(100);
            }
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertTrue(process.waitFor(Launcher.PATIENCE_MINUTES, TimeUnit.MINUTES), "it does not end at " + signal);
        } finally {
            process.destroyForcibly();
        }
    }

    private boolean begun(String run) throws IOException {
        Path metrics = work.resolve(run).resolve("metrics.jsonl");
        return Files.exists(metrics) && Files.readString(metrics).contains("distillation");
    }

    /** What is typed, the exit code, a part of the one message; the rest is in CommandsTest. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run small.yaml --set teacher.epochs=-1            | 2 | epochs must be at least 1, not -1
            run small.yaml --set data.dataset=mnist           | 1 | cannot find mnist/train-images-idx3-ubyte.gz: looked at
            run small.yaml --libtorch small.yaml              | 1 | no libtorch_cpu.so in
            """)
    void badInputGetsOneClearMessage(String typed, int code, String message) throws Exception {
        write("small.yaml", SMALL);
        // No network, whatever the machine has: downloads go to a proxy that is not there.
        Outcome outcome = Launcher.in(work)
                .with(
                        "JAVA_TOOL_OPTIONS",
                        "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=9 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9")
                .run(typed.split(" "));
        assertEquals(code, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains(message), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
        assertEquals("", outcome.out());
        assertFalse(Files.exists(work.resolve("runs")), "nothing half-written");
    }

    /** Each line: what is typed in a shell, the exit code, the one message or a part of what is printed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "$DAFL" models --json > /dev/full                     | 1 | dafl: standard output could not be written whole: it is closed, or its disk is full
            "$DAFL" --version > /dev/full                         | 1 | dafl: standard output could not be written whole: it is closed, or its disk is full
            env -u HOME -u XDG_CACHE_HOME "$DAFL" --version       | 0 | dafl
            LC_ALL=C LANG=C "$DAFL" run é.yaml                    | 2 | dafl: no such file: é.yaml
            DAFL_HEAP=8m "$DAFL" --version                        | 2 | dafl: DAFL_HEAP=8m is not from 128m to 1024g, which Java's heap can be here; 2g is enough for most
            DAFL_HEAP=99999g "$DAFL" --version                    | 2 | dafl: DAFL_HEAP=99999g is not from 128m to 1024g, which Java's heap can be here; 2g is enough for most
            DAFL_HEAP=much "$DAFL" --version                      | 2 | dafl: DAFL_HEAP is a number with m or g, such as 2g, not 'much'
            DAFL_HEAP=128m "$DAFL" --version                      | 0 | dafl
            """)
    void oddSurroundingsGetOneClearMessage(String typed, int code, String message) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", typed).directory(work.toFile()).redirectErrorStream(true);
        builder.environment().put("DAFL", Path.of("../../dafl").toAbsolutePath().toString());
        builder.environment().put("DAFL_BUILD", "never");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(code, process.waitFor(), printed);
        assertTrue(code == 0 ? printed.startsWith(message) : printed.equals(message), printed);
    }

    @Test
    void onAnotherPlatformTheMessageSaysWhatToDo() throws Exception {
        Outcome outcome =
                Launcher.in(work).with("JAVA_TOOL_OPTIONS", "-Dos.arch=aarch64").run("doctor");
        assertEquals(1, outcome.code(), outcome.err());
        assertTrue(
                outcome.err()
                        .contains("this build carries libtorch for Linux x86-64, not for Linux aarch64; name a folder"),
                outcome.err());
    }

    @Test
    void aFolderOfBrokenLibrariesIsOneSentence() throws Exception {
        Path broken = Files.writeString(work.resolve("libtorch_cpu.so"), "half a download");
        Outcome outcome =
                Launcher.in(work).with("DAFL_LIBTORCH", work.toString()).run("doctor");
        assertEquals(1, outcome.code(), outcome.err());
        assertEquals(
                "dafl: " + broken + " is no whole shared library of 64-bit Linux; copy or install it again",
                outcome.err().strip());
    }

    @Test
    void withoutAJdk25OneSentenceSaysWhatToInstall() throws IOException, InterruptedException {
        // A machine without any JDK: no place that the launcher looks at has one.
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        "-c",
                        "sed -e 's#/usr/lib/jvm/\\*#/nowhere/*#' -e 's#/opt/#/nowhere/#g' -e 's#/usr/java/#/nowhere/#' ../../dafl > "
                                + work + "/dafl && HOME=" + work + " JAVA_HOME= PATH=/bin:/usr/bin bash " + work
                                + "/dafl --version")
                .redirectError(work.resolve("err.txt").toFile());
        int code = builder.start().waitFor();
        String err = Files.readString(work.resolve("err.txt"));
        assertEquals(1, code, err);
        assertEquals(
                "dafl: no JDK 25 found; install one (such as temurin-25-jdk) or name its folder with DAFL_JAVA_HOME",
                err.strip());
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(work.resolve(name), content);
    }
}
