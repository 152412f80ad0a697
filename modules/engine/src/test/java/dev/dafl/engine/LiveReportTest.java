package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveReportTest {

    @TempDir
    private Path folder;

    private final long[] now = {0};

    private String written(LiveReport report, double seconds, RunEvent event) throws IOException {
        Path file = folder.resolve("report.html");
        Files.deleteIfExists(file);
        now[0] = Math.round(seconds * 1e9);
        report.on(event);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static RunEvent step(long step) {
        return new RunEvent.Progress(Phase.DISTILLATION, step, 100, List.of());
    }

    @Test
    void itIsThereFromTheFirstStepAndRenewedNowAndThen() throws IOException {
        Files.writeString(
                folder.resolve("metrics.jsonl"),
                "{\"event\":\"distillation\",\"step\":7,\"seconds\":1,\"loss/one-hot\":0.5}\n");
        LiveReport report = new LiveReport(folder, () -> now[0]);
        assertEquals("", written(report, 0, new RunEvent.FolderCreated(folder)));
        assertTrue(written(report, 1, step(1)).contains("Loss: one-hot"));
        assertEquals("", written(report, 15, step(2)));
        assertFalse(written(report, 16, step(3)).isEmpty());
        assertFalse(
                written(report, 100, new RunEvent.Evaluated("student", 4, 0.5)).isEmpty());
    }

    /** A report that takes a second to write is not written before 50 more have passed. */
    @Test
    void itTakesNoMoreThanAFiftiethOfTheTime() throws IOException {
        Files.writeString(folder.resolve("metrics.jsonl"), "");
        LiveReport slow = new LiveReport(folder, () -> now[0] += 1_000_000_000L);
        assertFalse(written(slow, 0, step(1)).isEmpty());
        assertEquals("", written(slow, 50, step(2)));
        assertFalse(written(slow, 53, step(3)).isEmpty());
    }

    @Test
    void whatCannotBeWrittenEndsNoRun() {
        new LiveReport(folder.resolve("gone"), () -> 0).on(step(1));
        assertFalse(Files.exists(folder.resolve("gone")));
    }
}
