package dev.dafl.engine.report;

import dev.dafl.engine.report.Chart.Horizontal;
import dev.dafl.engine.run.Comparison;
import dev.dafl.engine.run.Comparison.Compared;
import dev.dafl.engine.run.LearningCurve;
import dev.dafl.engine.run.LearningCurve.Point;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of a matrix's report that sets its rows side by side: a table, and all their learning curves in one picture. */
final class ComparisonSection {

    private static final double MINUTE = 60;

    private final Comparison comparison;

    ComparisonSection(Comparison comparison) {
        this.comparison = comparison;
    }

    void write(Page page) {
        if (comparison.rows().stream().allMatch(Compared::isEmpty)) {
            return;
        }
        page.body().open("section").element("h2", "Comparison");
        table(page.body());
        page.charts(charts());
        page.body().close("section");
    }

    private void table(Html html) {
        List<String> head = new ArrayList<>(comparison.axes());
        int labels = head.size();
        head.addAll(List.of(
                "kept student",
                "kept: lowest",
                "last student",
                "last: lowest",
                "last half: mean",
                "deviation",
                "images made",
                "distillation",
                "peak memory"));
        List<List<String>> rows = new ArrayList<>();
        for (Compared compared : comparison.rows()) {
            List<String> cells = new ArrayList<>();
            comparison.axes().forEach(axis -> cells.add(compared.row().labels().getOrDefault(axis, "")));
            cells.addAll(List.of(
                    Words.spread(compared.kept()),
                    Words.percent(compared.kept().map(Spread::min)),
                    Words.spread(compared.last()),
                    Words.percent(compared.last().map(Spread::min)),
                    Words.percent(compared.level().map(Spread::mean)),
                    Words.percent(compared.unsteadiness().map(Spread::mean)),
                    Words.rounded(compared.images().map(Spread::mean)),
                    Words.duration(compared.seconds().map(Spread::mean)),
                    Words.memory(compared.memory().map(Spread::mean))));
            rows.add(cells);
        }
        html.numbers(head, rows, labels)
                .element(
                        "p",
                        "Accuracy on the test images: the mean over the seeds ± their standard deviation, and the lowest."
                                + " The last half tells how steady the training was: mean and standard deviation of the"
                                + " student's accuracy at the measurements after half of the steps, both averaged over the"
                                + " seeds. Images made are those that the method put into its store, or the student's batches"
                                + " where each is made anew. The peak is main memory of the process, without that of a GPU.",
                        "class",
                        "note");
    }

    private List<Chart> charts() {
        List<Chart> charts = new ArrayList<>();
        for (Horizontal across : Horizontal.values()) {
            List<Chart.Line> lines = comparison.rows().stream()
                    .flatMap(compared -> line(compared, across).stream())
                    .toList();
            if (!lines.isEmpty()) {
                charts.add(new Chart.Compared("Accuracy of the students over " + across.words(), across, lines));
            }
        }
        return charts;
    }

    /** One point is no curve. */
    private static Optional<Chart.Line> line(Compared compared, Horizontal across) {
        List<LearningCurve> curves = compared.curves();
        LearningCurve mean = LearningCurve.mean(curves);
        if (mean.points().size() < 2) {
            return Optional.empty();
        }
        return Optional.of(new Chart.Line(
                MatrixReport.title(compared.row()),
                points(mean, across),
                curves.size() == 1
                        ? List.of()
                        : curves.stream().map(curve -> points(curve, across)).toList()));
    }

    private static List<double[]> points(LearningCurve curve, Horizontal across) {
        return Curves.drawn(curve.points().stream()
                .map(point -> new double[] {across(point, across), point.accuracy()}));
    }

    private static double across(Point point, Horizontal across) {
        return switch (across) {
            case MINUTES -> Curves.rounded(point.seconds() / MINUTE);
            case STEPS -> point.step();
        };
    }
}
