package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.run.RunEvent.Phase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one process writes another reads. */
class EventLinesTest {

    @Test
    void everyEventComesBack() throws IOException {
        for (RunEvent event : List.of(
                new RunEvent.Environment("2.13.0", "cpu", "bf16", 2, "why not"),
                new RunEvent.Downloading(URI.create("https://example.org/a.gz"), 3, -1),
                new RunEvent.Reading("my photos", 5, 9),
                new RunEvent.DataLoaded("mnist", 60_000, 10_000, 0.5),
                new RunEvent.Doing("measuring the student"),
                new RunEvent.FolderCreated(Path.of("/tmp/a b")),
                new RunEvent.Resumed(Path.of("/tmp/run"), Phase.TEACHER, 7),
                new RunEvent.Warning("a \"word\"\nof warning"),
                new RunEvent.Checkpointed(Path.of("/tmp/run"), 12),
                new RunEvent.TeacherReused("/tmp/teacher.safetensors"),
                new RunEvent.Progress(
                        Phase.DISTILLATION,
                        3,
                        9,
                        List.of(
                                new Metric(Metric.Group.LOSS, "one-hot", 0.1),
                                new Metric(Metric.Group.HEALTH, "diversity", Double.NaN))),
                new RunEvent.Evaluated("student", 4, 0.75),
                new RunEvent.Selected(4, 0.5),
                new RunEvent.Recovered(9, 6, "it died", 0.3),
                new RunEvent.Restarted(251, 1),
                new RunEvent.Failed("no reason"))) {
            String line = EventLines.write(event);
            assertEquals(1, line.lines().count(), line);
            assertEquals(event, EventLines.read(line), line);
        }
    }

    @Test
    void aLineSaysWhichEventItIs() {
        assertEquals(
                "{\"event\":\"selected\",\"step\":200,\"agreement\":0.97}",
                EventLines.write(new RunEvent.Selected(200, 0.97)));
    }

    @Test
    void whatIsNoEventIsRefused() {
        assertThrows(IOException.class, () -> EventLines.read("dafl: something"));
        assertThrows(IOException.class, () -> EventLines.read("{\"event\":\"unheard-of\"}"));
    }
}
