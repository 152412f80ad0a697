package dev.dafl.engine.report;

import dev.dafl.engine.report.Chart.Happening;
import dev.dafl.engine.report.Chart.Mark;
import dev.dafl.engine.report.Chart.Series;
import dev.dafl.engine.report.Chart.Unit;
import dev.dafl.engine.run.LearningCurve;
import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.MetricsLine.Distillation;
import dev.dafl.engine.run.MetricsLine.Evaluation;
import dev.dafl.engine.run.MetricsLine.Recovery;
import dev.dafl.engine.run.MetricsLine.Restart;
import dev.dafl.engine.run.MetricsLine.Selection;
import dev.dafl.engine.run.MetricsLine.Teacher;
import dev.dafl.engine.run.MetricsLine.Training;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The charts of a run, from its metrics. */
final class Curves {

    private static final int POINTS = 400;
    private static final int STACKED_CLASSES = 20;
    private static final Set<Group> OVERLAID =
            EnumSet.of(Group.AGREEMENT, Group.STUDENT_LOSS, Group.TOTAL, Group.LOSS, Group.HEALTH);
    /** 1 where all numbers are some, as nearly always: a chart of nothing else says nothing. */
    private static final String FINITE = "finite";

    private static final String SHARE_OF_BATCH = "share of the batch";
    private static final MathContext DIGITS = new MathContext(5);

    private final List<MetricsLine> metrics;
    private final UnaryOperator<String> className;
    private final List<Mark> marks;

    /** @param className by label */
    Curves(List<MetricsLine> metrics, UnaryOperator<String> className) {
        this.metrics = metrics;
        this.className = className;
        this.marks = Stream.concat(
                        of(Recovery.class).map(line -> new Mark(line.step(), Happening.RECOVERY)),
                        of(Restart.class).map(line -> new Mark(line.step(), Happening.RESTART)))
                .sorted(Comparator.comparingLong(Mark::step))
                .toList();
    }

    /** How many of the test images the student gets right, beside its teacher. One measurement is no curve. */
    List<Chart> accuracy() {
        List<Series> series = new ArrayList<>();
        Series student = series("student", learning().points().stream().map(point ->
                new double[] {point.step(), point.accuracy()}));
        series.add(student);
        if (!student.points().isEmpty()) {
            double end = student.points().getLast()[0];
            of(Evaluation.class)
                    .filter(line -> !line.ofStudent())
                    .reduce((_, last) -> last)
                    .ifPresent(teacher -> series.add(series(
                            "teacher", Stream.of(0.0, end).map(step -> new double[] {step, teacher.accuracy()}))));
        }
        return curves("Accuracy on the test images", Unit.SHARE, "accuracy", series);
    }

    /** How often the student says what the teacher says of generated images. */
    List<Chart> agreement() {
        List<Series> series = new ArrayList<>();
        series.add(agreementOfBatches());
        series.add(series(
                "kept student, on images of the whole run",
                of(Selection.class).map(line -> new double[] {line.step(), line.agreement()})));
        return curves("Agreement with the teacher", Unit.SHARE, "agreement", series);
    }

    private Series agreementOfBatches() {
        return ofGroup(Distillation.class, Group.AGREEMENT, _ -> "student, on the batch of the step").stream()
                .findFirst()
                .orElseGet(() -> new Series("", List.of()));
    }

    /** A chart for each loss, as they have nothing in common but the steps. */
    List<Chart> losses() {
        List<Chart> charts = new ArrayList<>();
        charts.addAll(each("Loss: ", Distillation.class, Group.LOSS));
        charts.addAll(each("Weighted sum of the losses: ", Distillation.class, Group.TOTAL));
        charts.addAll(each("Loss of the student: ", Distillation.class, Group.STUDENT_LOSS));
        return charts;
    }

    /** The share of each class in the batch; of many classes the largest, the one in the middle and the smallest. */
    List<Chart> classes() {
        List<Series> series = ofGroup(Distillation.class, Group.CLASS_SHARE, className);
        if (series.size() > STACKED_CLASSES) {
            int count = series.size();
            return curves(
                    "Classes in the generated batch: share of one of " + count,
                    Unit.SHARE,
                    SHARE_OF_BATCH,
                    List.of(
                            ranked("largest class", count - 1),
                            ranked("median class", count / 2),
                            ranked("smallest class", 0)));
        }
        return series.isEmpty()
                ? List.of()
                : List.of(new Chart.Curves(
                        "Classes in the generated batch, as the teacher sees them",
                        Unit.SHARE,
                        SHARE_OF_BATCH,
                        true,
                        series,
                        marks));
    }

    /** How far the training has come, in words. */
    Optional<String> reached() {
        return of(Training.class)
                .reduce((_, last) -> last)
                .map(line -> (line instanceof Teacher ? "the teacher's step " : "step ") + Words.count(line.step()));
    }

    /** What happened to the generator. */
    List<Mark> marks() {
        return marks;
    }

    /**
     * The classes that the teacher has seen in none of the batches that were looked at, by their names; of a run that looked at none
     * there are none.
     */
    List<String> neverSeen() {
        return unseen(of(Distillation.class).toList());
    }

    /** Those that it has seen in none of the last quarter of these batches. */
    List<String> unseenInTheEnd() {
        List<Distillation> all = of(Distillation.class).toList();
        return unseen(all.subList(all.size() - Math.ceilDiv(all.size(), 4), all.size()));
    }

    private List<String> unseen(List<Distillation> lines) {
        Map<String, Double> largest = new LinkedHashMap<>();
        lines.forEach(line -> line.metrics()
                .filter(metric -> metric.group() == Group.CLASS_SHARE)
                .forEach(metric -> largest.merge(metric.name(), metric.value(), Math::max)));
        return largest.entrySet().stream()
                .filter(share -> share.getValue() <= 0)
                .map(share -> className.apply(share.getKey()))
                .toList();
    }

    /** The points of each metric of the student's training that is drawn over several runs, in the order of telling. */
    Map<Metric.Key, List<double[]>> distillation() {
        Map<Metric.Key, List<double[]>> points = new LinkedHashMap<>();
        of(Distillation.class)
                .forEach(line -> line.metrics()
                        .filter(metric -> OVERLAID.contains(metric.group()))
                        .forEach(metric -> points.computeIfAbsent(
                                        new Metric.Key(metric.group(), metric.name()), _ -> new ArrayList<>())
                                .add(new double[] {line.step(), metric.value()})));
        points.entrySet()
                .removeIf(curve -> curve.getKey().group() == Group.HEALTH
                        && !saysSomething(curve.getKey().name(), curve.getValue()));
        return points;
    }

    private static boolean saysSomething(String health, List<double[]> points) {
        return !health.equals(FINITE) || points.stream().anyMatch(point -> point[1] != 1);
    }

    /** The accuracy of the student over steps and time. */
    LearningCurve learning() {
        return LearningCurve.of(metrics);
    }

    /** What the guard looks at. */
    List<Chart> health() {
        return each(
                "Health: ", Distillation.class, Group.HEALTH, series -> saysSomething(series.name(), series.points()));
    }

    List<Chart> rates() {
        return curves(
                "Learning rates",
                Unit.LOGARITHMIC,
                "learning rate",
                ofGroup(Distillation.class, Group.RATE, UnaryOperator.identity()));
    }

    List<Chart> teacher() {
        List<Chart> charts = new ArrayList<>();
        charts.addAll(each("Loss of the teacher: ", Teacher.class, Group.TEACHER_LOSS));
        charts.addAll(each("Learning rate: ", Teacher.class, Group.RATE));
        return charts;
    }

    private List<Chart> curves(String title, Unit unit, String vertical, List<Series> series) {
        List<Series> there = series.stream().filter(s -> !s.points().isEmpty()).toList();
        return there.isEmpty() ? List.of() : List.of(new Chart.Curves(title, unit, vertical, false, there, marks));
    }

    /** A chart for each metric of a group, by the name it has there. */
    private List<Chart> each(String title, Class<? extends Training> event, Group group) {
        return each(title, event, group, _ -> true);
    }

    private List<Chart> each(
            String title, Class<? extends Training> event, Group group, Predicate<Series> interesting) {
        List<Chart> charts = new ArrayList<>();
        for (Series series : ofGroup(event, group, UnaryOperator.identity()).stream()
                .filter(interesting)
                .toList()) {
            charts.addAll(curves(title + series.name(), Unit.PLAIN, series.name(), List.of(series)));
        }
        return charts;
    }

    /** The curves of a group in the order in which its metrics are told. */
    private List<Series> ofGroup(Class<? extends Training> event, Group group, UnaryOperator<String> called) {
        Map<String, List<double[]>> points = new LinkedHashMap<>();
        of(event)
                .forEach(line -> line.metrics()
                        .filter(metric -> metric.group() == group)
                        .forEach(metric -> points.computeIfAbsent(metric.name(), _ -> new ArrayList<>())
                                .add(new double[] {line.step(), metric.value()})));
        List<Series> series = new ArrayList<>();
        points.forEach((name, all) -> series.add(series(called.apply(name), all.stream())));
        return series;
    }

    /** @param rank 0 for the smallest class of each step */
    private Series ranked(String name, int rank) {
        return series(name, of(Distillation.class).map(line -> {
            double[] shares = line.metrics()
                    .filter(metric -> metric.group() == Group.CLASS_SHARE)
                    .mapToDouble(Metric::value)
                    .sorted()
                    .toArray();
            return new double[] {line.step(), rank < shares.length ? shares[rank] : Double.NaN};
        }));
    }

    private <T extends MetricsLine> Stream<T> of(Class<T> event) {
        return metrics.stream().filter(event::isInstance).map(event::cast);
    }

    private static Series series(String name, Stream<double[]> points) {
        return new Series(name, drawn(points));
    }

    /** Points of which those that are no numbers are left out, and not more than are worth drawing. */
    static List<double[]> drawn(Stream<double[]> points) {
        return drawn(points, POINTS);
    }

    /** @param most points that are worth drawing */
    static List<double[]> drawn(Stream<double[]> points, int most) {
        return thinned(
                points.filter(point -> Double.isFinite(point[1]))
                        .map(point -> new double[] {point[0], rounded(point[1])})
                        .toList(),
                most);
    }

    /** What no eye can tell apart would only make the file big. */
    static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }

    /** Of each stretch of a long curve its lowest and its highest point, so that a spike stays one, and the last. */
    private static List<double[]> thinned(List<double[]> points, int most) {
        if (points.size() <= most) {
            return points;
        }
        int stretch = Math.ceilDiv(2 * points.size(), most);
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
