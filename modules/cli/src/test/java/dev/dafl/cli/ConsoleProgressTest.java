package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.RunEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** As a log shows it: the tests have no terminal. */
class ConsoleProgressTest {

    private final StringWriter text = new StringWriter();
    /** Nanoseconds. */
    private final long[] now = {0};

    private final ConsoleProgress progress = new ConsoleProgress(new PrintWriter(text), () -> now[0], () -> now[0]);

    private void after(double seconds) {
        now[0] += Math.round(seconds * 1e9);
    }

    private static RunEvent step(long step) {
        return new RunEvent.Progress(RunEvent.Phase.DISTILLATION, step, 1000, List.of());
    }

    private List<String> lines() {
        return text.toString().lines().map(String::strip).toList();
    }

    /** As its heartbeat does: twice a second. */
    private void silence(double seconds) {
        for (double passed = 0; passed < seconds; passed += 0.5) {
            after(0.5);
            progress.tick();
        }
    }

    /** A method's round, or a large network's step, may take minutes of which nothing is heard. */
    @Test
    void noTenSecondsPassWithoutALine() {
        progress.on(new RunEvent.Environment("2.13", "cpu", "fp32", 1, "no CUDA device"));
        double lastLine = 0;
        int shown = lines().size();
        for (double second = 0; second < 300; second += 0.5) {
            // Each step is told of after 47 seconds.
            if (second > 0 && second % 47 == 0) {
                progress.on(step((long) second));
            }
            after(0.5);
            progress.tick();
            if (lines().size() > shown) {
                shown = lines().size();
                lastLine = second + 0.5;
            }
            assertTrue(second + 0.5 - lastLine < 10, lines().getLast() + " was the last for ten seconds");
        }
        assertTrue(shown < 50, "a line every six seconds at most: " + shown);
    }

    @Test
    void aLineHasTheTimeThatHasPassedAndThatIsLeft() {
        progress.on(new RunEvent.Environment("2.13", "cpu", "fp32", 1, "no CUDA device"));
        after(30);
        progress.on(step(100));
        after(10);
        progress.on(step(200));
        silence(20);
        progress.end();
        silence(20);
        assertEquals(
                List.of(
                        "libtorch 2.13 on cpu, fp32, 1 thread",
                        "distil   [##------------------] 100/1,000  30 s",
                        "distil   [####----------------] 200/1,000  40 s, ETA 1:20 min",
                        "distil   [####----------------] 200/1,000  49 s, ETA 1:11 min",
                        "distil   [####----------------] 200/1,000  58 s, ETA 1:02 min"),
                lines());
    }

    @Test
    void whatIsDoneWhereNothingIsCountedIsNamed() {
        silence(20);
        progress.on(new RunEvent.Environment("2.13", "cpu", "fp32", 1, ""));
        silence(10);
        progress.on(new RunEvent.DataLoaded("mnist", 60_000, 10_000, 12));
        silence(10);
        progress.on(step(1000));
        silence(10);
        progress.on(new RunEvent.Doing("measuring the student"));
        silence(10);
        assertEquals(
                List.of(
                        "starting, 9.0 s so far",
                        "starting, 18 s so far",
                        "libtorch 2.13 on cpu, fp32, 1 thread",
                        "loading, 9.0 s so far",
                        "data     mnist: 60,000 images to train on, 10,000 to measure on (12 s)",
                        "preparing, 19 s so far",
                        "distil   [####################] 1,000/1,000  20 s",
                        "finishing, 29 s so far",
                        "measuring the student, 38 s so far"),
                lines());
    }

    /** Rounds of a warm-up are steps too, of some seconds or minutes each. */
    @Test
    void whatIsLeftIsReckonedFromTheStepsAfterTheWarmUp() {
        progress.on(step(1));
        after(100);
        progress.on(new RunEvent.Doing("warming up, round 2 of 2"));
        silence(9);
        after(91);
        progress.on(new RunEvent.Doing("making images"));
        after(100);
        progress.on(step(20));
        after(10);
        progress.on(step(120));
        assertEquals(
                List.of(
                        "distil   [--------------------] 1/1,000  0.0 s",
                        "warming up, round 2 of 2, 1:41 min so far",
                        "distil   [--------------------] 20/1,000  5:00 min",
                        "distil   [##------------------] 120/1,000  5:10 min, ETA 1:28 min"),
                lines());
    }

    @Test
    void aMeasurementTellsHowFarTheRunIs() {
        progress.on(step(100));
        after(5);
        progress.on(new RunEvent.Evaluated("student", 150, 0.5));
        silence(9);
        assertEquals("distil   [###-----------------] 150/1,000  14 s, ETA 1:16 min", lines().getLast());
    }

    @Test
    void theReasonsAreForThoseWhoAskForThem() {
        new ConsoleProgress(new PrintWriter(text), true)
                .on(new RunEvent.Environment("2.13", "cpu", "fp32", 2, "no CUDA device"));
        assertEquals(List.of("libtorch 2.13 on cpu, fp32, 2 threads (no CUDA device)"), lines());
    }

    @Test
    void everyLossIsShownWhoeverWroteIt() {
        progress.on(new RunEvent.Progress(
                RunEvent.Phase.DISTILLATION,
                1,
                200,
                List.of(
                        new Metric(Group.LOSS, "one-hot", 0.25),
                        // A plugin may name its loss as it likes.
                        new Metric(Group.LOSS, "diversity", -1.0),
                        new Metric(Group.RATE, "student", 0.1),
                        new Metric(Group.CLASS_SHARE, "0", 0.5))));
        progress.end();
        assertEquals(
                "distil   [--------------------] 1/200  0.0 s  one-hot 0.250  diversity -1.000",
                text.toString().strip());
    }

    @Test
    void aLogIsNotFloodedAndHasTheLastStep() {
        for (int step = 1; step <= 200; step++) {
            progress.on(new RunEvent.Progress(
                    RunEvent.Phase.TEACHER, step, 200, List.of(new Metric(Group.TEACHER_LOSS, "cross-entropy", 1.0))));
        }
        assertEquals(2, text.toString().lines().count());
        assertTrue(text.toString().contains("[####################] 200/200"), text.toString());
    }

    @Test
    void imagesThatAreReadAreCounted() {
        progress.on(new RunEvent.Reading("flowers/train", 50_000, 200_000));
        progress.on(new RunEvent.Reading("flowers/train", 200_000, 200_000));
        assertEquals(
                List.of(
                        "read     [#####---------------] 50,000/200,000  0.0 s  flowers/train",
                        "read     [####################] 200,000/200,000  0.0 s, ETA 0.0 s  flowers/train"),
                text.toString().lines().toList());
    }

    @Test
    void whatWasRecoveredStandsInTheLog() {
        progress.on(new RunEvent.Recovered(3800, 3600, "its images are all alike", 0.3));
        assertEquals(
                "recovered at step 3,800: the generator died (its images are all alike); back to that of step 3,600,"
                        + " its rate x 0.300 from now on",
                text.toString().strip());
    }
}
