package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.TimeEstimate;
import dev.dafl.engine.TimeEstimate.Phase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunTimesTest {

    @Test
    void bothPartsAreTold() {
        assertEquals(
                "a run takes about 5:32 min: the teacher about 1:10 min for 2,115 steps, the student about 4:22 min for"
                        + " 22,000 steps; measured on this machine now",
                RunTimes.words(new TimeEstimate(trained(2115, 70), Optional.of(trained(22_000, 262)))));
    }

    @Test
    void aTeacherThatIsThereTakesNothing() {
        assertEquals(
                "a run takes about 2.0 s: the teacher nothing, since it is there (t.safetensors), the student about 2.0 s for 1"
                        + " step; measured on this machine now",
                RunTimes.words(new TimeEstimate(
                        new Phase(0, Optional.of(0.0), Optional.of("t.safetensors")), Optional.of(trained(1, 2)))));
    }

    @Test
    void whatCannotBeMeasuredIsNotGuessed() {
        assertEquals(
                "a run takes longer than a few steps can tell: the teacher about 10 s for 100 steps, the student an unknown"
                        + " time for 40,000 steps, whose first ones take too long to be measured; measured on this machine now",
                RunTimes.words(new TimeEstimate(
                        trained(100, 10), Optional.of(new Phase(40_000, Optional.empty(), Optional.empty())))));
    }

    private static Phase trained(long steps, double seconds) {
        return new Phase(steps, Optional.of(seconds), Optional.empty());
    }
}
