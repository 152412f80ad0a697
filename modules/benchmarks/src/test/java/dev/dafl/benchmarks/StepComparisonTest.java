package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepComparisonTest {

    @Test
    void whatAProcessPrintsIsRead() {
        Measurement printed = new Measurement(List.of(0.5, 0.25, 0.75), 123.4);
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
        assertEquals(new Measurement(List.of(0.5, 1.5), 7.5), fixed.measure());
    }

    @Test
    void memoryOfThisProcessIsKnown() {
        assertTrue(ProcessMemory.resident() > 10 && ProcessMemory.peak() >= ProcessMemory.resident() * 0.5);
    }
}
