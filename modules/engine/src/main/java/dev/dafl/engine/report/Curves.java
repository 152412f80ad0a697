package dev.dafl.engine.report;

import dev.dafl.engine.report.Chart.Series;
import dev.dafl.engine.report.Chart.Unit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The charts of a run, from its metrics. */
final class Curves {

    private static final int POINTS = 400;
    private static final int STACKED_CLASSES = 20;
    private static final MathContext DIGITS = new MathContext(5);
    private static final String CLASS = "class.";
    private static final String DISTILLATION = "distillation";
    /** Of a step, and no loss; whatever else stands in its line is a loss, whoever wrote it. */
    private static final Set<String> NO_LOSS = Set.of(
            "event",
            "step",
            "seconds",
            "epoch",
            "generator-rate",
            "student-rate",
            "agreement",
            "class-share",
            "diversity",
            "finite");

    private final List<JsonNode> metrics;
    private final IntFunction<String> className;
    private final List<Long> deaths;

    /** @param className by label */
    Curves(List<JsonNode> metrics, IntFunction<String> className) {
        this.metrics = metrics;
        this.className = className;
        this.deaths = of("recovery").map(line -> line.path("step").asLong(0)).toList();
    }

    /** How well the student does. */
    List<Chart> success() {
        List<Series> series = new ArrayList<>();
        series.add(series("agreement, batch", of(DISTILLATION), "agreement"));
        series.add(series("agreement, kept student", of("selection"), "agreement"));
        series.add(series("accuracy, test images", ofStudent(), "accuracy"));
        return curves("Student: agreement with the teacher, accuracy", Unit.SHARE, series);
    }

    /** How well the students of several runs do, side by side. */
    static List<Chart> beside(List<MatrixSample> samples) {
        List<Chart> charts = new ArrayList<>();
        charts.addAll(beside("Accuracy of the students on the test images", samples, "accuracy", Curves::ofStudent));
        charts.addAll(beside(
                "Agreement with the teacher, of a batch", samples, "agreement", curves -> curves.of(DISTILLATION)));
        return charts;
    }

    /** One point is no curve. */
    private static List<Chart> beside(
            String title, List<MatrixSample> samples, String key, Function<Curves, Stream<JsonNode>> lines) {
        List<Series> there = samples.stream()
                .map(sample -> series(sample.row(), lines.apply(sample.curves()), key))
                .filter(series -> series.points().size() > 1)
                .toList();
        return there.isEmpty() ? List.of() : List.of(new Chart.Curves(title, Unit.SHARE, false, there, List.of()));
    }

    /** A chart for each loss, as they have nothing in common but the steps. */
    List<Chart> losses() {
        List<Chart> charts = new ArrayList<>();
        lossNames()
                .forEach(name -> charts.addAll(
                        curves("Loss: " + name, Unit.PLAIN, List.of(series(name, of(DISTILLATION), name)))));
        return charts;
    }

    /** The share of each class in the batch; of many classes the largest, the one in the middle and the smallest. */
    List<Chart> classes() {
        int count = (int) of(DISTILLATION).findFirst().stream()
                .flatMap(line -> line.propertyNames().stream())
                .filter(name -> name.startsWith(CLASS))
                .count();
        List<Series> series = new ArrayList<>();
        if (count <= STACKED_CLASSES) {
            for (int c = 0; c < count; c++) {
                series.add(series(className.apply(c), of(DISTILLATION), CLASS + c));
            }
            List<Series> there =
                    series.stream().filter(s -> !s.points().isEmpty()).toList();
            return there.isEmpty()
                    ? List.of()
                    : List.of(new Chart.Curves(
                            "Classes in the generated batch, as the teacher sees them",
                            Unit.SHARE,
                            true,
                            there,
                            deaths));
        }
        series.add(ranked("largest class", count, count - 1));
        series.add(ranked("median class", count, count / 2));
        series.add(ranked("smallest class", count, 0));
        return curves("Classes in the generated batch: share of one of " + count, Unit.SHARE, series);
    }

    /** What the guard looks at. */
    List<Chart> health() {
        List<Chart> charts = new ArrayList<>();
        charts.addAll(curves(
                "Share of the largest class",
                Unit.SHARE,
                List.of(series("largest class", of(DISTILLATION), "class-share"))));
        charts.addAll(curves(
                "Variety of the generated images",
                Unit.PLAIN,
                List.of(series("deviation of a pixel", of(DISTILLATION), "diversity"))));
        return charts;
    }

    List<Chart> rates() {
        return curves(
                "Learning rates",
                Unit.LOGARITHMIC,
                List.of(
                        series("generator", of(DISTILLATION), "generator-rate"),
                        series("student", of(DISTILLATION), "student-rate")));
    }

    List<Chart> teacher() {
        List<Series> series = of("teacher").findFirst().stream()
                .flatMap(line -> line.propertyNames().stream())
                .filter(name -> !NO_LOSS.contains(name))
                .map(name -> series(name, of("teacher"), name))
                .filter(s -> !s.points().isEmpty())
                .toList();
        List<Chart> charts = new ArrayList<>();
        series.forEach(
                s -> charts.add(new Chart.Curves("Teacher: " + s.name(), Unit.PLAIN, false, List.of(s), List.of())));
        return charts;
    }

    private Set<String> lossNames() {
        Map<String, Boolean> names = new LinkedHashMap<>();
        of(DISTILLATION)
                .flatMap(line -> line.propertyNames().stream())
                .filter(name -> !NO_LOSS.contains(name) && !name.startsWith(CLASS))
                .forEach(name -> names.put(name, true));
        return names.keySet();
    }

    private List<Chart> curves(String title, Unit unit, List<Series> series) {
        List<Series> there = series.stream().filter(s -> !s.points().isEmpty()).toList();
        return there.isEmpty() ? List.of() : List.of(new Chart.Curves(title, unit, false, there, deaths));
    }

    private Series ranked(String name, int count, int rank) {
        List<double[]> points = of(DISTILLATION)
                .map(line -> {
                    double[] shares = new double[count];
                    for (int c = 0; c < count; c++) {
                        shares[c] = line.path(CLASS + c).asDouble(0);
                    }
                    Arrays.sort(shares);
                    return new double[] {line.path("step").asLong(0), shares[rank]};
                })
                .toList();
        return new Series(name, thinned(points));
    }

    /** What the student was measured at. */
    private Stream<JsonNode> ofStudent() {
        return of("evaluation").filter(e -> e.path("network").asString("").equals("student"));
    }

    private Stream<JsonNode> of(String event) {
        return metrics.stream().filter(line -> line.path("event").asString("").equals(event));
    }

    private static Series series(String name, Stream<JsonNode> lines, String key) {
        List<double[]> points = lines.filter(line -> line.path(key).isNumber())
                .map(line -> new double[] {
                    line.path("step").asLong(0), rounded(line.path(key).asDouble())
                })
                // The student that is kept is measured in the end, and may be of an earlier step.
                .sorted(Comparator.comparingDouble(point -> point[0]))
                .toList();
        return new Series(name, thinned(points));
    }

    /** What no eye can tell apart would only make the file big. */
    private static double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
    }

    /** Of each stretch of a long curve its lowest and its highest point, so that a spike stays one, and the last. */
    private static List<double[]> thinned(List<double[]> points) {
        if (points.size() <= POINTS) {
            return points;
        }
        int stretch = Math.ceilDiv(2 * points.size(), POINTS);
        List<double[]> kept = new ArrayList<>();
        for (int from = 0; from < points.size(); from += stretch) {
            int low = from;
            int high = from;
            for (int i = from; i < Math.min(points.size(), from + stretch); i++) {
                low = points.get(i)[1] < points.get(low)[1] ? i : low;
                high = points.get(i)[1] > points.get(high)[1] ? i : high;
            }
            kept.add(points.get(Math.min(low, high)));
            if (low != high) {
                kept.add(points.get(Math.max(low, high)));
            }
        }
        if (kept.getLast() != points.getLast()) {
            kept.add(points.getLast());
        }
        return kept;
    }
}
