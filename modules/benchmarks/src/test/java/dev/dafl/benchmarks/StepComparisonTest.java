package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepComparisonTest {

    @TempDir
    Path folder;

    @Test
    void whatAProcessPrintsIsRead() {
        Measurement printed = new Measurement(List.of(0.5, 0.25, 0.75), 123.4, 2);
        assertEquals(printed, Measurement.parse(printed.text()));
        assertEquals(0.5, printed.median());
    }

    @Test
    void theSpreadIsMedianLeastAndMost() {
        assertEquals(new Spread(2, 1, 9), Spread.of(List.of(9.0, 1.0, 2.0)));
        assertEquals(new Spread(1.5, 1, 2), Spread.of(List.of(2.0, 1.0)));
    }

    @Test
    void aContestantThatFailsIsNamed() {
        Contestant broken = new Contestant("PyTorch", false, List.of("false"));
        String message = assertThrows(IOException.class, broken::measure).getMessage();
        assertTrue(message.startsWith("PyTorch could not be timed"), message);
    }

    @Test
    void aContestantIsTimedInItsOwnProcess() throws Exception {
        Contestant fixed = new Contestant("fixed", false, List.of("printf", "0.5\\n1.5\\npeak-mb 7.5\\n"));
        assertEquals(new Measurement(List.of(0.5, 1.5), 7.5, 0), fixed.measure());
    }

    @Test
    void operatorTimesArePrintedAndRead() {
        OperatorTimes printed = new OperatorTimes(Map.of("add, 2x2 and 2x2", 835.25));
        assertEquals(printed, OperatorTimes.parse(printed.text()));
    }

    @Test
    void operatorsAreComparedRoundByRound() throws Exception {
        List<String> child = List.of("printf", "200.0 relu, 2x2\\n");
        Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\necho 300.0 relu, 2x2\n");
        assertTrue(python.toFile().setExecutable(true));
        assertEquals(
                List.of(new OperatorComparison.Row(
                        "relu, 2x2",
                        new Spread(200, 200, 200),
                        Optional.of(new Spread(300, 300, 300)),
                        Optional.of(new Spread(1.5, 1.5, 1.5)))),
                new OperatorComparison(Optional.of(python), child, 2).rows());
        assertEquals(
                Optional.empty(),
                new OperatorComparison(Optional.empty(), child, 1)
                        .rows()
                        .getFirst()
                        .ratio());
    }
}
