package dev.dafl.engine.run;

import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The accuracy of a student while it learnt.
 *
 * @param points with rising steps
 */
public record LearningCurve(List<Point> points) {

    /**
     * A measurement.
     *
     * @param step of the distillation
     * @param seconds since the teacher was ready
     * @param accuracy on the test images, 0 to 1
     */
    public record Point(long step, double seconds, double accuracy) {}

    public LearningCurve {
        points = List.copyOf(points);
    }

    /**
     * Of a run's metrics in the order of writing. The student that is kept is measured once more in the end, as that of its
     * earlier step: what does not go forward is not part of the curve.
     */
    public static LearningCurve of(List<MetricsLine> metrics) {
        double begin = 0;
        List<Point> points = new ArrayList<>();
        for (MetricsLine line : metrics) {
            if (!(line instanceof MetricsLine.Evaluation measured)) {
                continue;
            }
            if (!measured.ofStudent()) {
                // The teacher is measured when it is ready, and right before the student begins.
                begin = measured.seconds();
            } else if ((points.isEmpty() || measured.step() > points.getLast().step())
                    && Double.isFinite(measured.accuracy())) {
                points.add(new Point(measured.step(), Math.max(0, measured.seconds() - begin), measured.accuracy()));
            }
        }
        return new LearningCurve(points);
    }

    /** The mean of several, at the steps at which all of them have a point; of their times too. */
    public static LearningCurve mean(List<LearningCurve> curves) {
        Map<Long, List<Point>> steps = new LinkedHashMap<>();
        curves.forEach(curve -> curve.points()
                .forEach(point -> steps.computeIfAbsent(point.step(), _ -> new ArrayList<>())
                        .add(point)));
        List<Point> mean = new ArrayList<>();
        steps.forEach((step, points) -> {
            if (points.size() == curves.size()) {
                mean.add(new Point(
                        step,
                        points.stream().mapToDouble(Point::seconds).average().orElseThrow(),
                        points.stream().mapToDouble(Point::accuracy).average().orElseThrow()));
            }
        });
        return new LearningCurve(mean);
    }

    /** The accuracies after half of the steps; empty where there are not two to compare. */
    Optional<Spread> lastHalf() {
        if (points.isEmpty()) {
            return Optional.empty();
        }
        long last = points.getLast().step();
        return Spread.of(points.stream()
                        .filter(point -> 2 * point.step() > last)
                        .map(Point::accuracy)
                        .toList())
                .filter(spread -> spread.count() > 1);
    }
}
