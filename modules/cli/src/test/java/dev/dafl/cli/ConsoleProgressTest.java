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
    private final ConsoleProgress progress = new ConsoleProgress(new PrintWriter(text));

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
                "distil   [--------------------] 1/200  one-hot 0.250  diversity -1.000",
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
                        "read     [#####---------------] 50,000/200,000  flowers/train",
                        "read     [####################] 200,000/200,000  ETA 0.0 s  flowers/train"),
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
