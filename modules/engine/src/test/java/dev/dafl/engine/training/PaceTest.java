package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.config.Schedule.Alternating;
import dev.dafl.engine.config.Schedule.Joint;
import dev.dafl.engine.config.Schedule.Rounds;
import dev.dafl.engine.config.Schedule.Step;
import dev.dafl.engine.config.Schedule.TwoStage;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final Pace PACE = new Pace(Map.of(Step.GENERATOR, 0.5, Step.STUDENT, 0.1, Step.BOTH, 2.1));

    @Test
    void allStepsOfAScheduleTakeTheirTime() {
        assertEquals(21, PACE.of(new Joint(10L)), 1e-9);
        assertEquals(0.5 * 4 + 0.1 * 30, PACE.of(new TwoStage(4, 30)), 1e-9);
        assertEquals(3 * (2 * 0.5 + 5 * 0.1), PACE.of(new Alternating(3L, 2, 5)), 1e-9);
        // Ten times images for 2 s, and the student in eight of the rounds.
        assertEquals(10 * 2 + 8 * 50 * 0.1, PACE.of(new Rounds(10L, 50L, 2L)), 1e-9);
    }

    @Test
    void whatFitsIsTheMostThatFits() {
        Duration minute = Duration.ofMinutes(1);
        for (Schedule schedule : new Schedule[] {
            new Joint(1L), new Alternating(1L, 2, 5), new Rounds(220L, 400L, 20L), new Rounds(5L, 5L, 0L)
        }) {
            long count = PACE.fitting(schedule, minute).orElseThrow();
            assertTrue(PACE.of(schedule.lasting(count)) <= 57, schedule.text());
            assertTrue(PACE.of(schedule.lasting(count + 1)) > 57, schedule.text());
        }
        assertEquals(OptionalLong.empty(), PACE.fitting(new Joint(1L), Duration.ofSeconds(2)));
    }

    @Test
    void fewerRoundsAreShorterToo() {
        Rounds whole = new Rounds(200L, 400L, 20L);
        assertEquals(new Rounds(50L, 100L, 5L), whole.lasting(50));
        assertEquals(new Rounds(400L, 400L, 40L), whole.lasting(400));
        assertEquals(new Rounds(1L, 10L, 0L), whole.lasting(1));
        assertEquals(new Rounds(10L, 5L, 0L), new Rounds(8000L, 5L, 0L).lasting(10));
        assertThrows(IllegalArgumentException.class, () -> new TwoStage(3, 3).lasting(5));
    }
}
