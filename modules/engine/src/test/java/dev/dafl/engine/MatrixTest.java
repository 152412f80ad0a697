package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.MatrixFile;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                broken: {transfer.set: {name: alternative-data, dataset: nowhere}}
              seed: [1, 2]
            """;

    @TempDir
    private Path root;

    private final List<String> told = new ArrayList<>();

    @Test
    void aFailedRunDoesNotKeepTheOthersFromRunning() throws IOException {
        long before = Tensor.liveCount();
        MatrixTable table = run(Map.of());
        assertEquals(List.of("begins noise_seed-1 1/4", "begins noise_seed-2 2/4", "begins broken_seed-1 3/4",
                "failed broken_seed-1", "begins broken_seed-2 4/4", "failed broken_seed-2"), told);
        assertEquals(2, table.rows().size());
        assertEquals(2, table.rows().getFirst().student().orElseThrow().count());
        assertEquals(List.of("broken_seed-1", "broken_seed-2"), table.rows().getLast().failed());
        JsonNode json = new JsonMapper().readTree(Files.readString(root.resolve("out/matrix.json")));
        assertEquals(4, json.path("runs").size());
        assertTrue(Files.readString(root.resolve("out/table.md")).contains("| set | teacher | student | runs | took |"));
        String report = Files.readString(root.resolve("out/report.html"));
        assertTrue(report.contains("href=\"./noise_seed-2/report.html\"") && report.contains("0, 2 failed"));
        // A run that fails in the middle has a folder, and a report that says why.
        assertTrue(Files.readString(root.resolve("out/broken_seed-1/report.html")).contains("no dataset is named nowhere"));
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
        matrix(Map.of("matrix.set", "{noise: {}}")).run(root.resolve("out"), 1, (experiment, folder, listener) -> {
            new JsonMapper().readTree(Files.readString(root.resolve("out/matrix.json"))).path("runs")
                    .forEach(run -> kept.add(run.path("name").asString()));
            work(experiment, folder, listener);
        }, new Told());
        assertEquals(List.of("noise_seed-2"), kept);
    }

    @Test
    void aFolderOfAnotherConfigurationIsRefused() throws IOException {
        run(Map.of("matrix.set", "{noise: {}}"));
        String message = assertThrows(ConfigException.class,
                () -> run(Map.of("matrix.set", "{noise: {}}", "transfer.steps", "4"))).getMessage();
        assertTrue(message.contains("noise_seed-1 holds a run of another configuration"), message);
    }

    @Test
    void anInterruptionEndsTheMatrix() throws IOException {
        MatrixTable table = matrix(Map.of()).run(root.resolve("out"), 1, this::work, new Told() {
            @Override
            public RunListener begins(String run, int number, int count) {
                super.begins(run, number, count);
                return new RunListener() {
                    @Override
                    public void on(RunEvent event) {}

                    @Override
                    public boolean interrupted() {
                        return true;
                    }
                };
            }
        });
        assertEquals(List.of("begins noise_seed-1 1/4"), told);
        assertEquals(1, table.runs().size());
        assertFalse(table.runs().getFirst().completed());
    }

    @Test
    void runsSideBySideStandInTheOrderOfTheFile() throws IOException {
        CyclicBarrier both = new CyclicBarrier(2);
        MatrixTable table = matrix(Map.of("matrix.set", "{noise: {}}")).run(root.resolve("out"), 2,
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
                }, new Told());
        assertEquals(List.of("noise_seed-1", "noise_seed-2"), table.runs().stream().map(MatrixRun::name).toList());
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
        MatrixTable table = MatrixTable.of("t", List.of(result("a", 1, 0.90), result("a", 2, 0.94), result("b", 1, 0.5)));
        MatrixTable.Spread spread = table.rows().getFirst().student().orElseThrow();
        assertEquals(0.92, spread.mean(), 1e-9);
        assertEquals(0.02 * Math.sqrt(2), spread.std(), 1e-9);
        assertEquals("""
                | losses | teacher | student | runs | took |
                | --- | --- | --- | --- | --- |
                | a | 99.00 ± 0.00 % | 92.00 ± 2.83 % | 2 | 1.0 min |
                | b | 99.00 % | 50.00 % | 1 | 1.0 min |
                """, table.markdown());
        assertEquals("losses  teacher         student         runs  took", table.text().lines().findFirst().orElseThrow());
    }

    private static MatrixRun result(String losses, int seed, double student) {
        return new MatrixRun(losses + "_seed-" + seed, Map.of("losses", losses, "seed", "seed-" + seed), true,
                Optional.empty(), OptionalDouble.of(0.99), OptionalDouble.of(student), 60, 0);
    }

    private Matrix matrix(Map<String, String> overrides) throws IOException {
        Path file = root.resolve("matrix.yaml");
        Files.writeString(file, YAML);
        return Matrix.prepare(MatrixFile.read(file, overrides).orElseThrow(), ClassPathExtensions.with());
    }

    private MatrixTable run(Map<String, String> overrides) throws IOException {
        return run(overrides, 1);
    }

    private MatrixTable run(Map<String, String> overrides, int jobs) throws IOException {
        return matrix(overrides).run(root.resolve("out"), jobs, this::work, new Told());
    }

    private void work(Experiment experiment, Path folder, RunListener listener) throws IOException {
        experiment.run(() -> RunFolder.at(folder), root.resolve("cache"), listener);
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
