package dev.dafl.engine.report;

import dev.dafl.engine.report.Chart.Horizontal;
import dev.dafl.engine.report.Chart.Unit;
import dev.dafl.engine.run.LearningCurve;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Several runs, or groups of runs, in the same charts: each group is the mean of its runs, with every run's own curve behind it. */
final class Overlay {

    /** Of a curve among many. */
    private static final int POINTS = 150;

    private static final double MINUTE = 60;

    private final List<Grouped> groups;

    /**
     * Runs that are one line.
     *
     * @param name of the line
     * @param runs at least one
     */
    record Grouped(String name, List<Curves> runs) {}

    Overlay(List<Grouped> groups) {
        this.groups = List.copyOf(groups);
    }

    /** Accuracies over steps and over time. */
    List<Chart> accuracy() {
        List<Chart> charts = new ArrayList<>();
        for (Horizontal across : Horizontal.values()) {
            List<Chart.Line> lines = new ArrayList<>();
            for (Grouped group : groups) {
                List<LearningCurve> curves = group.runs().stream()
                        .map(Curves::learning)
                        .filter(curve -> curve.points().size() > 1)
                        .toList();
                List<double[]> mean = points(LearningCurve.mean(curves), across);
                line(
                                group.name(),
                                mean,
                                curves.stream()
                                        .map(curve -> points(curve, across))
                                        .toList())
                        .ifPresent(lines::add);
            }
            if (!lines.isEmpty()) {
                charts.add(new Chart.Compared(
                        "Accuracy of the students over " + across.words(), Unit.SHARE, "accuracy", across, lines));
            }
        }
        return charts;
    }

    private static List<double[]> points(LearningCurve curve, Horizontal across) {
        return Curves.drawn(curve.points().stream().map(point -> new double[] {
            switch (across) {
                case MINUTES -> Curves.rounded(point.seconds() / MINUTE);
                case STEPS -> point.step();
            },
            point.accuracy()
        }));
    }

    /** How often the students say what their teachers say. */
    List<Chart> agreement() {
        return of(Set.of(Group.AGREEMENT));
    }

    /** Losses, and what the guard looks at: a chart for each that at least one run has told. */
    List<Chart> rest() {
        return of(Set.of(Group.STUDENT_LOSS, Group.TOTAL, Group.LOSS, Group.HEALTH));
    }

    private List<Chart> of(Set<Group> wanted) {
        record Named(String name, List<Map<Metric.Key, List<double[]>>> runs) {}
        List<Named> told = groups.stream()
                .map(group -> new Named(
                        group.name(),
                        group.runs().stream().map(Curves::distillation).toList()))
                .toList();
        Set<Metric.Key> keys = new LinkedHashSet<>();
        told.forEach(group -> group.runs().forEach(run -> keys.addAll(run.keySet())));
        List<Chart> charts = new ArrayList<>();
        keys.stream().filter(key -> wanted.contains(key.group())).forEach(key -> {
            List<Chart.Line> lines = new ArrayList<>();
            for (Named group : told) {
                List<List<double[]>> runs = group.runs().stream()
                        .flatMap(run -> Optional.ofNullable(run.get(key)).stream())
                        .toList();
                line(
                                group.name(),
                                Curves.drawn(mean(runs).stream(), POINTS),
                                runs.stream()
                                        .map(run -> Curves.drawn(run.stream(), POINTS))
                                        .toList())
                        .ifPresent(lines::add);
            }
            if (!lines.isEmpty()) {
                boolean share = key.group() == Group.AGREEMENT;
                charts.add(new Chart.Compared(
                        title(key),
                        share ? Unit.SHARE : Unit.PLAIN,
                        share ? "agreement" : key.name(),
                        Horizontal.STEPS,
                        lines));
            }
        });
        return charts;
    }

    private static String title(Metric.Key key) {
        return switch (key.group()) {
            case AGREEMENT -> "Agreement with the teacher, of a batch";
            case STUDENT_LOSS -> "Loss of the student: " + key.name();
            case TOTAL -> "Weighted sum of the losses: " + key.name();
            case LOSS -> "Loss: " + key.name();
            case HEALTH -> "Health: " + key.name();
            default -> key.toString();
        };
    }

    /** One point is no curve. The only run of a group is its mean. */
    private static Optional<Chart.Line> line(String name, List<double[]> mean, List<List<double[]>> runs) {
        return mean.size() < 2
                ? Optional.empty()
                : Optional.of(new Chart.Line(name, mean, runs.size() == 1 ? List.of() : runs));
    }

    /** At the steps at which all of them have a number. */
    private static List<double[]> mean(List<List<double[]>> runs) {
        Map<Double, List<Double>> values = new TreeMap<>();
        for (List<double[]> run : runs) {
            Map<Double, Double> once = new LinkedHashMap<>();
            run.forEach(point -> once.put(point[0], point[1]));
            once.forEach((step, value) ->
                    values.computeIfAbsent(step, _ -> new ArrayList<>()).add(value));
        }
        return values.entrySet().stream()
                .filter(at -> at.getValue().size() == runs.size())
                .map(at -> new double[] {
                    at.getKey(),
                    at.getValue().stream().mapToDouble(v -> v).average().orElseThrow()
                })
                .toList();
    }
}
