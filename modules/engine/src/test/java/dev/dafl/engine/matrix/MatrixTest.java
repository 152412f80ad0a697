package dev.dafl.engine.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.engine.launch.Launch;
import dev.dafl.engine.launch.Launcher;
import dev.dafl.engine.launch.Row;
import dev.dafl.engine.launch.RunState;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.MatrixRun;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MatrixTest {

    private static final String YAML = """
            name: small
            device: cpu
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 100, test: 50}
              image-size: 32
            teacher: {model: lenet5, epochs: 1, batch: 50, seed: 1}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            transfer: {set: normal-noise, steps: 3}
            distillation: {batch: 8}
            matrix:
              set:
                noise: {}
                broken: {transfer.set: lost-images}
              seed: [1, 2]
            """;

    private boolean interrupted;

    @TempDir
    private Path root;

    private final List<String> told = new ArrayList<>();

    @Test
    void aFailedRunDoesNotKeepTheOthersFromRunning() throws IOException {
        long before = Tensor.liveCount();
        MatrixTable table = run(Map.of());
        assertEquals(
                List.of(
                        "begins noise_seed-1 1/4",
                        "begins noise_seed-2 2/4",
                        "begins broken_seed-1 3/4",
                        "failed broken_seed-1",
                        "begins broken_seed-2 4/4",
                        "failed broken_seed-2"),
                told);
        assertEquals(2, table.rows().size());
        assertEquals(2, table.rows().getFirst().student().orElseThrow().count());
        assertEquals(
                List.of("broken_seed-1", "broken_seed-2"),
                table.rows().getLast().failed());
        JsonNode json = new JsonMapper().readTree(Files.readString(root.resolve("out/matrix.json")));
        assertEquals(4, json.path("runs").size());
        assertTrue(
                Files.readString(root.resolve("out/table.md")).contains("| set | teacher | student | runs | took |"));
        List<String> csv = Files.readAllLines(root.resolve("out/table.csv"));
        assertTrue(csv.getFirst().startsWith("set,planned,runs,kept-accuracy-mean,"), csv.toString());
        assertTrue(csv.get(1).startsWith("noise,2,2,0.") && csv.get(2).startsWith("broken,2,0,,"), csv.toString());
        String report = Files.readString(root.resolve("out/report.html"));
        assertTrue(report.contains("href=\"./noise_seed-2/report.html\"") && report.contains("0 of 2, 2 failed"));
        // A run that fails in the middle has a folder, and a report that says why.
        assertTrue(
                Files.readString(root.resolve("out/broken_seed-1/report.html")).contains("the images are lost"));
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void whatIsDoneIsNotDoneAgain() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        byte[] first = Files.readAllBytes(root.resolve("out/noise_seed-1/result.json"));
        // As a killed run leaves its folder: begun, and without a result.
        Files.delete(root.resolve("out/noise_seed-2/result.json"));
        told.clear();
        MatrixTable table = run(Map.of("matrix.set", "{noise: {}}"));
        assertEquals(List.of("skipped noise_seed-1", "begins noise_seed-2 2/2"), told);
        assertEquals(2, table.rows().getFirst().runs());
        assertEquals(new String(first), Files.readString(root.resolve("out/noise_seed-1/result.json")));
    }

    /** Also one that comes later in the file than what is still to do. */
    @Test
    void theTableKeepsWhatIsDoneFromTheBeginning() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        Files.delete(root.resolve("out/noise_seed-1/result.json"));
        Files.delete(root.resolve("out/matrix.json"));
        List<String> kept = new ArrayList<>();
        matrix(Map.of("matrix.set", "{noise: {}}"))
                .run(
                        root.resolve("out"),
                        1,
                        (experiment, folder, listener) -> {
                            new JsonMapper()
                                    .readTree(Files.readString(root.resolve("out/matrix.json")))
                                    .path("runs")
                                    .forEach(run -> kept.add(run.path("name").asString()));
                            work(experiment, folder, listener);
                        },
                        Cancellation.NEVER,
                        new Told());
        assertEquals(List.of("noise_seed-2"), kept);
    }

    @Test
    void aFolderOfAnotherConfigurationIsRefused() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        String message = assertThrows(
                        ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {}}", "transfer.steps", "4")))
                .getMessage();
        assertTrue(message.contains("noise_seed-1 holds a run of another configuration"), message);
    }

    @Test
    void anotherReferenceMakesNoOtherRun() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        told.clear();
        MatrixTable table =
                run(Map.of("matrix.set", "{noise: {}}", "reference", "{source: them, student: 0.5, note: noise}"));
        assertEquals(List.of("skipped noise_seed-1", "skipped noise_seed-2"), told);
        assertEquals(
                Optional.of(0.5),
                table.rows().getFirst().reference().orElseThrow().student());
        assertTrue(Files.readString(root.resolve("out/report.html")).contains(">50.00 % (noise)</td>"));
    }

    /** The files are the records, there and back. */
    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        MatrixTable table = run(Map.of("matrix.set", "{noise: {}}", "reference", "{source: them, student: 0.5}"));
        assertEquals(Optional.of(table), MatrixTable.read(root.resolve("out")));
        Path folder = root.resolve("out/noise_seed-2");
        RunResult result = RunResult.read(folder).orElseThrow();
        assertEquals(Files.readString(folder.resolve("result.json")), ResultJson.of(result) + System.lineSeparator());
        assertEquals(
                result.student().orElseThrow().accuracy().orElseThrow(),
                Confusion.read(folder, Artefact.CONFUSION).orElseThrow().accuracy(),
                1e-9);
        List<MetricsLine> lines = MetricsLine.read(folder);
        assertTrue(lines.stream().anyMatch(MetricsLine.Distillation.class::isInstance));
        assertEquals(Optional.empty(), RunResult.read(root));
    }

    @Test
    void aDamagedResultIsTold() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        Path file = root.resolve("out/noise_seed-1/result.json");
        Files.writeString(file, "{\"status\": \"compl");
        String message = assertThrows(IOException.class, () -> run(Map.of("matrix.set", "{noise: {}}")))
                .getMessage();
        assertTrue(message.startsWith(file + " is damaged") && message.contains("delete its folder"), message);
    }

    /** What was asked by name is not taken for what was chosen before. */
    @Test
    void aRunInAnotherPrecisionIsAnotherConfiguration() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        assertThrows(ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {}}", "precision", "bf16")));
        told.clear();
        run(Map.of("matrix.set", "{noise: {}}", "precision", "auto", "threads", "0", "device", "auto"));
        assertEquals(List.of("skipped noise_seed-1", "skipped noise_seed-2"), told);
    }

    /** A folder of the user's own that happens to have a run's name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "noise_seed-2/2024/x.jpg",
                "noise_seed-2/notes.txt",
                "noise_seed-2/photo.png",
                "noise_seed-2/notes.tmp",
                "noise_seed-2/.probe-notes",
                "noise_seed-2"
            })
    void whatNoRunHasWrittenStays(String file) throws IOException {
        Path own = root.resolve("out").resolve(file);
        Files.createDirectories(own.getParent());
        Files.writeString(own, "mine");
        String message = assertThrows(ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {}}")))
                .getMessage();
        assertTrue(message.contains("nothing was touched"), message);
        assertEquals("mine", Files.readString(own));
        assertEquals(List.of(), told);
    }

    /** Also a file of one's own beside those of a run that failed. */
    @Test
    void whatLiesBesideARunStays() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        Files.delete(root.resolve("out/noise_seed-1/result.json"));
        Path own = Files.writeString(root.resolve("out/noise_seed-1/figure.png"), "mine");
        // Not the same run: it would begin anew, in an empty folder.
        assertThrows(ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {transfer.steps: 4}}")));
        assertTrue(Files.exists(own) && Files.exists(root.resolve("out/noise_seed-1/metrics.jsonl")));
    }

    @Test
    void anotherRunsFolderStays() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        Path moved = root.resolve("out/noise_seed-3");
        Files.move(root.resolve("out/noise_seed-1"), moved);
        Files.delete(moved.resolve("result.json"));
        assertThrows(ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {}}", "matrix.seed", "[3]")));
        assertTrue(Files.exists(moved.resolve("metrics.jsonl")));
    }

    @Test
    void oneFolderHasOneMatrixAtATime() throws IOException {
        List<String> refused = new ArrayList<>();
        matrix(Map.of("matrix.set", "{noise: {}}"))
                .run(
                        root.resolve("out"),
                        1,
                        (experiment, folder, listener) -> {
                            refused.add(
                                    assertThrows(ConfigException.class, () -> run(Map.of("matrix.set", "{noise: {}}")))
                                            .getMessage());
                            work(experiment, folder, listener);
                        },
                        Cancellation.NEVER,
                        new Told());
        assertEquals(2, refused.size());
        assertTrue(refused.getFirst().startsWith("another run of a matrix goes on in "), refused.getFirst());
    }

    @Test
    void anInterruptionEndsTheMatrix() throws IOException {
        interrupted = true;
        MatrixTable table = matrix(Map.of()).run(root.resolve("out"), 1, this::work, () -> interrupted, new Told());
        assertEquals(List.of("begins noise_seed-1 1/4"), told);
        assertEquals(1, table.runs().size());
        assertEquals(Status.INTERRUPTED, table.runs().getFirst().status());
        assertEquals(List.of(), table.rows().getFirst().failed());
        assertEquals(
                List.of(
                        "| noise | - | - | 0 of 2 | - |",
                        "| broken | - | - | 0 of 2 | - |",
                        "",
                        "0 of 4 runs. The same command goes on with those that are not done."),
                Files.readAllLines(root.resolve("out/table.md")).subList(2, 6));
        String report = Files.readString(root.resolve("out/report.html"));
        assertTrue(report.contains("0 of 4 runs") && report.contains("transfer:\n  set: normal-noise"), report);
    }

    @Test
    void runsSideBySideStandInTheOrderOfTheFile() throws IOException {
        CyclicBarrier both = new CyclicBarrier(2);
        MatrixTable table = matrix(Map.of("matrix.set", "{noise: {}}"))
                .run(
                        root.resolve("out"),
                        2,
                        (experiment, folder, listener) -> {
                            try {
                                // Nobody gets on alone.
                                both.await(60, TimeUnit.SECONDS);
                                if (folder.endsWith("noise_seed-1")) {
                                    both.await(60, TimeUnit.SECONDS);
                                }
                                synchronized (this) {
                                    work(experiment, folder, listener);
                                }
                                if (folder.endsWith("noise_seed-2")) {
                                    both.await(60, TimeUnit.SECONDS);
                                }
                            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                                throw new IOException(e);
                            }
                        },
                        Cancellation.NEVER,
                        new Told());
        assertEquals(
                List.of("noise_seed-1", "noise_seed-2"),
                table.runs().stream().map(MatrixRun::name).toList());
        assertTrue(table.runs().stream().allMatch(MatrixRun::completed));
    }

    @Test
    void aTableThatCannotBeWrittenEndsTheMatrix() throws IOException {
        Files.createDirectories(root.resolve("out/table.md"));
        assertThrows(IOException.class, () -> run(Map.of("matrix.set", "{noise: {}}"), 1));
        assertEquals(List.of("begins noise_seed-1 1/2"), told.subList(0, 1));
        assertFalse(told.contains("begins noise_seed-2 2/2"), told.toString());
    }

    @Test
    void meanAndSpreadAreOverTheSeeds() {
        MatrixTable table = table("t", List.of(result("a", 1, 0.90), result("a", 2, 0.94), result("b", 1, 0.5)));
        MatrixTable.Spread spread = table.rows().getFirst().student().orElseThrow();
        assertEquals(0.92, spread.mean(), 1e-9);
        assertEquals(0.02 * Math.sqrt(2), spread.std(), 1e-9);
        assertEquals("""
                | losses | teacher | student | runs | took |
                | --- | --- | --- | --- | --- |
                | a | 99.00 ± 0.00 % | 92.00 ± 2.83 % | 2 | 1.0 min |
                | b | 99.00 % | 50.00 % | 1 | 1.0 min |
                """, table.markdown());
        assertEquals(
                "losses  teacher         student         runs  took",
                table.text().lines().findFirst().orElseThrow());
    }

    /** Of a matrix that has just these runs. */
    private static MatrixTable table(String name, List<MatrixRun> runs) {
        return MatrixTable.of(
                name,
                runs.stream()
                        .map(run -> new MatrixTable.Planned(run.labels(), Optional.empty()))
                        .toList(),
                runs);
    }

    private static MatrixRun result(String losses, int seed, double student) {
        return new MatrixRun(
                losses + "_seed-" + seed,
                Map.of("losses", losses, "seed", "seed-" + seed),
                Status.COMPLETED,
                Optional.empty(),
                OptionalDouble.of(0.99),
                OptionalDouble.of(student),
                OptionalDouble.empty(),
                60,
                0,
                Optional.empty());
    }

    private Matrix matrix(Map<String, String> overrides) throws IOException {
        Path file = root.resolve("matrix.yaml");
        Files.writeString(file, YAML);
        return Matrix.prepare(
                MatrixFile.read(file, overrides).orElseThrow(), ClassPathExtensions.with(new LostImages()));
    }

    private MatrixTable run(Map<String, String> overrides) throws IOException {
        return run(overrides, 1);
    }

    private MatrixTable run(Map<String, String> overrides, int jobs) throws IOException {
        return matrix(overrides).run(root.resolve("out"), jobs, this::work, Cancellation.NEVER, new Told());
    }

    private void work(Experiment experiment, Path folder, RunListener listener) throws IOException {
        RunControl control = new RunControl();
        if (interrupted) {
            control.cancel();
        }
        experiment.run(() -> RunFolder.of(folder), root.resolve("cache"), control, listener);
    }

    /** What an earlier program has launched is followed, and its folder left alone, whatever it holds by now. */
    @Test
    void aLauncherGetsWhatIsNotDone() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}", "matrix.seed", "[1]"));
        Path jobs = Files.createDirectories(Artefact.jobs(root.resolve("out/noise_seed-3")));
        Files.writeString(jobs.resolve("12_0.log"), "of a job");
        Path begun = Files.createDirectories(root.resolve("out/noise_seed-2"));
        Files.writeString(begun.resolve(".lock"), "");
        Files.writeString(begun.resolve("metrics.jsonl"), "");
        told.clear();
        InThisProcess launcher = new InThisProcess(Set.of("noise_seed-2"));
        MatrixTable table = matrix(Map.of("matrix.set", "{noise: {}}", "matrix.seed", "[1, 2, 3]"))
                .run(root.resolve("out"), launcher, Cancellation.NEVER, new Told());
        assertEquals(List.of("noise_seed-2", "noise_seed-3"), launcher.launched);
        assertTrue(told.contains("skipped noise_seed-1"), told::toString);
        assertTrue(table.whole(), table::toString);
        assertTrue(Files.exists(jobs.resolve("12_0.log")), "what belongs to a job was deleted");
    }

    @Test
    void aLaunchIsCancelledByWhoeverWantsItsEnd() throws IOException {
        InThisProcess launcher = new InThisProcess(Set.of());
        launcher.waits = true;
        MatrixTable table = matrix(Map.of("matrix.set", "{noise: {}}"))
                .run(root.resolve("out"), launcher, () -> launcher.following.get() == 2, new Told());
        assertEquals(0, launcher.cancelled.getCount());
        assertEquals(
                List.of(Status.INTERRUPTED, Status.INTERRUPTED),
                table.runs().stream().map(MatrixRun::status).toList());
    }

    /** Runs one after the other, as they are followed. */
    private final class InThisProcess implements Launcher, Launch {

        private final Set<String> underWay;
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final AtomicInteger following = new AtomicInteger();
        private List<String> launched = List.of();
        private boolean waits;

        InThisProcess(Set<String> underWay) {
            this.underWay = underWay;
        }

        @Override
        public Set<String> underWay(Path home) {
            return underWay;
        }

        @Override
        public Launch launch(Path home, List<Row> rows) {
            launched = rows.stream().map(Row::name).toList();
            return this;
        }

        @Override
        public int sideBySide() {
            return launched.size();
        }

        @Override
        public void follow(Row row, RunListener listener) throws IOException {
            following.incrementAndGet();
            if (waits) {
                try {
                    cancelled.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return;
            }
            synchronized (this) {
                // As the job of the run does where it was begun by nobody before.
                if (underWay.contains(row.name())) {
                    Files.delete(row.folder().resolve("metrics.jsonl"));
                }
                work(row.experiment(), row.folder(), listener);
            }
        }

        @Override
        public Map<String, RunState> states() {
            return Map.of();
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() {}
    }

    private class Told implements Matrix.Listener {

        @Override
        public RunListener begins(String run, int number, int count) {
            told.add("begins " + run + " " + number + "/" + count);
            return _ -> {};
        }

        @Override
        public void skipped(String run, int number, int count) {
            told.add("skipped " + run);
        }

        @Override
        public void failed(String run, String reason) {
            told.add("failed " + run);
        }
    }
}
