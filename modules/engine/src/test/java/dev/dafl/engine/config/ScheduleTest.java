package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.Schedule.Step;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {

    static Stream<Schedule> all() {
        return Stream.of(new Schedule.Joint(7L), new Schedule.TwoStage(3, 5), new Schedule.Alternating(4L, 2, 3));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theCountsAreThoseOfTheSteps(Schedule schedule) {
        List<Step> steps =
                LongStream.range(0, schedule.length()).mapToObj(schedule::at).toList();
        assertEquals(
                schedule.generatorSteps(),
                steps.stream().filter(Step::generator).count());
        assertEquals(
                schedule.studentSteps(), steps.stream().filter(Step::student).count());
        assertEquals(
                schedule.lastGeneratorStep(),
                LongStream.range(0, schedule.length())
                        .filter(i -> steps.get((int) i).generator())
                        .max()
                        .orElseThrow());
    }

    @Test
    void theStepsComeInTheirOrder() {
        assertEquals(List.of(Step.GENERATOR, Step.GENERATOR, Step.STUDENT), steps(new Schedule.TwoStage(2, 1)));
        assertEquals(
                List.of(Step.GENERATOR, Step.STUDENT, Step.STUDENT, Step.GENERATOR, Step.STUDENT, Step.STUDENT),
                steps(new Schedule.Alternating(2L, 1, 2)));
        assertEquals(List.of(Step.BOTH, Step.BOTH), steps(new Schedule.Joint(2L)));
    }

    @Test
    void noStepsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Joint(0L));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.TwoStage(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Alternating(1L, 0, 1));
    }

    private static List<Step> steps(Schedule schedule) {
        return LongStream.range(0, schedule.length()).mapToObj(schedule::at).toList();
    }
}
