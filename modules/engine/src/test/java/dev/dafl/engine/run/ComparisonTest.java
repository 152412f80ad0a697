package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.run.Comparison.Compared;
import dev.dafl.engine.run.RunResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

    @TempDir
    private Path folder;

    private final List<MatrixRun> runs = new ArrayList<>();

    @Test
    void eachNumberIsSpreadOverTheSeeds() throws IOException {
        run("fast", 1, Status.COMPLETED, result(0.8, 0.7, ", \"images-made\": 1000", 30, "1073741824"));
        run("fast", 2, Status.COMPLETED, result(0.9, 0.5, ", \"images-made\": 2000", 50, "3221225472"));
        metrics("fast", 1, 0.1, 0.2, 0.5, 0.7);
        metrics("fast", 2, 0.1, 0.4, 0.5, 0.5);
        Compared fast = comparison().rows().getFirst();
        assertEquals(0.85, fast.kept().orElseThrow().mean(), 1e-12);
        assertEquals(Math.sqrt(0.005), fast.kept().orElseThrow().std(), 1e-12);
        assertEquals(0.8, fast.kept().orElseThrow().min());
        assertEquals(0.6, fast.last().orElseThrow().mean(), 1e-12);
        assertEquals(Math.sqrt(0.02), fast.last().orElseThrow().std(), 1e-12);
        assertEquals(0.5, fast.last().orElseThrow().min());
        // After half of the steps: 0.5 and 0.7, and twice 0.5.
        assertEquals(0.55, fast.level().orElseThrow().mean(), 1e-12);
        assertEquals(Math.sqrt(0.02) / 2, fast.unsteadiness().orElseThrow().mean(), 1e-12);
        assertEquals(1500, fast.images().orElseThrow().mean());
        assertEquals(40, fast.seconds().orElseThrow().mean());
        assertEquals(1L << 31, fast.memory().orElseThrow().mean());
        assertEquals(2, fast.curves().size());
    }

    /** Results of versions that counted no images and looked at no memory are read, and a run without a folder has its accuracy. */
    @Test
    void whatAnEarlierVersionDidNotTellIsEmpty() throws IOException {
        run("old", 1, Status.COMPLETED, result(0.8, 0.7, "", 30, ""));
        run("gone", 1, Status.COMPLETED, "");
        run("broken", 1, Status.FAILED, "");
        List<Compared> rows = comparison().rows();
        assertEquals(0.7, rows.getFirst().last().orElseThrow().mean());
        assertEquals(Optional.empty(), rows.getFirst().images());
        assertEquals(Optional.empty(), rows.getFirst().memory());
        assertEquals(Optional.empty(), rows.getFirst().level());
        assertEquals(0.8, rows.get(1).kept().orElseThrow().mean());
        assertEquals(Optional.empty(), rows.get(1).last());
        assertFalse(rows.get(1).isEmpty());
        assertTrue(rows.get(2).isEmpty());
    }

    @Test
    void theNumbersAreWrittenAsCsv() throws IOException {
        run("a, \"b\"", 1, Status.COMPLETED, result(0.8, 0.75, ", \"images-made\": 1000", 30, "4096"));
        run("broken", 1, Status.FAILED, "");
        metrics("a, \"b\"", 1, 0.25, 0.5, 0.5, 0.5);
        assertEquals("""
                method,planned,runs,kept-accuracy-mean,kept-accuracy-std,kept-accuracy-min,\
                last-accuracy-mean,last-accuracy-std,last-accuracy-min,last-half-mean,last-half-std,images-made,\
                distillation-seconds,total-seconds,peak-memory-bytes
                "a, ""b""\",1,1,0.8,,0.8,0.75,,0.75,0.5,0.0,1000,30.0,60.0,4096
                broken,1,0,,,,,,,,,,,,
                """.replace("\n", "\r\n"), comparison().csv());
    }

    @Test
    void aDamagedFileIsTold() throws IOException {
        run("fast", 1, Status.COMPLETED, "{");
        assertTrue(
                assertThrows(IOException.class, this::comparison).getMessage().contains("is damaged"));
    }

    private Comparison comparison() throws IOException {
        return Comparison.of(
                MatrixTable.of(
                        "m",
                        runs.stream()
                                .map(run -> new MatrixTable.Planned(run.labels(), Optional.empty()))
                                .toList(),
                        runs),
                folder);
    }

    /** @param result empty for a run without a folder */
    private void run(String method, int seed, Status status, String result) throws IOException {
        String name = "run" + runs.size();
        boolean completed = status == Status.COMPLETED;
        runs.add(new MatrixRun(
                name,
                Map.of("method", method, "seed", "seed-" + seed),
                status,
                Optional.empty(),
                OptionalDouble.empty(),
                completed ? OptionalDouble.of(runs.isEmpty() || seed == 1 ? 0.8 : 0.9) : OptionalDouble.empty(),
                OptionalDouble.empty(),
                60,
                0,
                Optional.empty()));
        if (!result.isEmpty()) {
            Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("result.json"), result);
        }
    }

    /** @param accuracies after steps 10, 20 and so on */
    private void metrics(String method, int seed, double... accuracies) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < accuracies.length; i++) {
            lines.append(
                    "{\"event\":\"evaluation\",\"step\":%d,\"seconds\":%d,\"network\":\"student\",\"accuracy\":%s}\n"
                            .formatted(10 * (i + 1), i, accuracies[i]));
        }
        String name = runs.stream()
                .filter(run -> run.labels().equals(Map.of("method", method, "seed", "seed-" + seed)))
                .findFirst()
                .orElseThrow()
                .name();
        Files.writeString(folder.resolve(name).resolve("metrics.jsonl"), lines);
    }

    private static String result(double kept, double last, String more, int seconds, String memory) {
        return """
                {"name": "m", "status": "completed",
                 "student": {"model": "s", "accuracy": %s, "step": 40, "agreement": 0.97, "last-accuracy": %s,
                   "parameters": 1, "steps": 40%s},
                 "seconds": {"total": 60, "teacher": 1, "distillation": %d, "checkpoints": 0},%s
                 "libtorch": {"version": "2", "folder": "f"}, "dafl": {"version": "1", "commit": "c"},
                 "machine": {"processor": "p", "processors": 1, "system": "s"}, "device": "cpu", "precision": "fp32",
                 "threads": 1, "config": {"data": {"dataset": "mnist"}, "teacher": {"model": "lenet5"}}}
                """.formatted(
                        kept, last, more, seconds, memory.isEmpty() ? "" : " \"peak-memory-bytes\": " + memory + ",");
    }
}
