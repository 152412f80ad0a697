package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long SECOND = 1_000_000_000L;

    private final Pace pace = new Pace();

    @Test
    void theRestIsAsFastAsWhatWasSeen() {
        assertEquals(Optional.empty(), pace.secondsLeft("a", 100, 1000, 7 * SECOND));
        assertEquals(Optional.of(160.0), pace.secondsLeft("a", 200, 1000, 27 * SECOND));
        assertEquals(Optional.of(0.0), pace.secondsLeft("a", 1000, 1000, 50 * SECOND));
    }

    @Test
    void somethingElseIsMeasuredAnew() {
        pace.secondsLeft("a", 1, 10, 0);
        assertEquals(Optional.empty(), pace.secondsLeft("b", 2, 10, 5 * SECOND));
        assertEquals(Optional.of(7.0), pace.secondsLeft("b", 3, 10, 6 * SECOND));
        pace.forget();
        assertEquals(Optional.empty(), pace.secondsLeft("b", 4, 10, 3600 * SECOND));
        // What goes back goes on from there.
        assertEquals(Optional.empty(), pace.secondsLeft("b", 2, 10, 3601 * SECOND));
        assertEquals(Optional.of(14.0), pace.secondsLeft("b", 3, 10, 3603 * SECOND));
    }
}
