package dev.dafl.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.run.LearningCurve.Point;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningCurveTest {

    /** The teacher's time is not the student's, and the kept student, measured last, is of an earlier step. */
    @Test
    void itGoesForwardFromTheReadyTeacher() {
        LearningCurve curve = LearningCurve.of(List.of(
                new MetricsLine.Evaluation(0, 100, "teacher", 0.99),
                new MetricsLine.Selection(5, 105, 0.9),
                new MetricsLine.Evaluation(10, 110, "student", 0.2),
                new MetricsLine.Evaluation(20, 121, "student", 0.5),
                new MetricsLine.Evaluation(30, 130, "student", Double.NaN),
                new MetricsLine.Evaluation(40, 140, "student", 0.4),
                new MetricsLine.Evaluation(20, 141, "student", 0.5)));
        assertEquals(List.of(new Point(10, 10, 0.2), new Point(20, 21, 0.5), new Point(40, 40, 0.4)), curve.points());
    }

    @Test
    void theLastHalfIsWhatComesAfterHalfOfTheSteps() {
        Random random = new Random(7);
        double[] accuracies =
                IntStream.range(0, 10).mapToDouble(_ -> random.nextDouble()).toArray();
        LearningCurve curve = new LearningCurve(IntStream.range(0, 10)
                .mapToObj(i -> new Point(100L * (i + 1), i, accuracies[i]))
                .toList());
        double mean = IntStream.range(5, 10).mapToDouble(i -> accuracies[i]).sum() / 5;
        double squares = IntStream.range(5, 10)
                .mapToDouble(i -> Math.pow(accuracies[i] - mean, 2))
                .sum();
        Spread half = curve.lastHalf().orElseThrow();
        assertEquals(5, half.count());
        assertEquals(mean, half.mean(), 1e-12);
        assertEquals(Math.sqrt(squares / 4), half.std(), 1e-12);
    }

    @Test
    void oneMeasurementSaysNothingOfSteadiness() {
        assertEquals(Optional.empty(), new LearningCurve(List.of()).lastHalf());
        // The first of the two is at the half, not after it.
        LearningCurve two = new LearningCurve(List.of(new Point(10, 1, 0.5), new Point(20, 2, 0.6)));
        assertEquals(Optional.empty(), two.lastHalf());
    }

    @Test
    void theMeanIsOfTheStepsThatAllHave() {
        LearningCurve one = new LearningCurve(List.of(new Point(10, 1, 0.25), new Point(20, 2, 0.5)));
        LearningCurve other = new LearningCurve(
                List.of(new Point(5, 1, 0.125), new Point(10, 3, 0.75), new Point(20, 6, 1), new Point(30, 7, 1)));
        assertEquals(
                List.of(new Point(10, 2, 0.5), new Point(20, 4, 0.75)),
                LearningCurve.mean(List.of(one, other)).points());
        assertEquals(one, LearningCurve.mean(List.of(one)));
        assertEquals(List.of(), LearningCurve.mean(List.of()).points());
    }
}
