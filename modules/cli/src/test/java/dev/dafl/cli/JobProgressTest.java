package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.server.api.Job;
import dev.dafl.server.api.JobEvent;
import dev.dafl.server.api.JobState;
import dev.dafl.server.client.EventStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What happened before somebody followed comes all at once. */
class JobProgressTest {

    private static final Instant BEGAN = Instant.parse("2026-01-01T10:00:00Z");
    private static final Job JOB = new Job(
            7,
            "digits",
            Job.Kind.EXPERIMENT,
            JobState.RUNNING,
            Optional.empty(),
            0,
            1,
            "ann",
            BEGAN,
            Optional.of(BEGAN),
            Optional.empty(),
            1,
            List.of(Job.Run.queued("digits", "run", Map.of(), 0)));

    private final StringWriter text = new StringWriter();
    /** A minute later at each look, so that every line is shown. */
    private final long[] now = {0};

    private final JobProgress progress = new JobProgress(JOB, new PrintWriter(text), () -> now[0] += 60_000_000_000L);

    private void tell(int seconds, RunEvent event) {
        progress.on(new EventStream.Event(
                "1",
                "progress",
                new JobEvent(
                        BEGAN.plusSeconds(seconds),
                        Optional.of("digits"),
                        new JsonMapper().readTree(EventLines.write(event)))));
    }

    private static RunEvent step(long step) {
        return new RunEvent.Progress(RunEvent.Phase.DISTILLATION, step, 1000, List.of());
    }

    @Test
    void howLongItStillTakesIsReckonedFromWhenThingsHappened() {
        tell(0, new RunEvent.Environment("2.13", "cpu", "fp32", 1, ""));
        tell(10, step(100));
        tell(20, step(200));
        // Its process broke down, and went on an hour later, on a slower machine.
        tell(3600, new RunEvent.Environment("2.13", "cpu", "fp32", 1, ""));
        tell(3601, new RunEvent.Resumed(Path.of("run"), RunEvent.Phase.DISTILLATION, 200));
        tell(3610, step(300));
        tell(3640, step(400));
        assertEquals(
                List.of(
                        "libtorch 2.13 on cpu, fp32, 1 thread",
                        "distil   [##------------------] 100/1,000  10 s",
                        "distil   [####----------------] 200/1,000  20 s, ETA 1:20 min",
                        "libtorch 2.13 on cpu, fp32, 1 thread",
                        "resumed  after step 200 of the student's training",
                        "distil   [######--------------] 300/1,000  10 s",
                        "distil   [########------------] 400/1,000  40 s, ETA 3:00 min"),
                text.toString().lines().map(String::strip).toList());
    }
}
