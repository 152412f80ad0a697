package dev.dafl.engine.report;

import dev.dafl.engine.run.Comparison;
import dev.dafl.engine.run.Comparison.Compared;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.ArrayList;
import java.util.List;

/** The part of a matrix's report that sets its rows side by side: a table, and all their learning curves in one picture. */
final class ComparisonSection {

    private final Comparison comparison;

    ComparisonSection(Comparison comparison) {
        this.comparison = comparison;
    }

    /** @param curves of all rows */
    void write(Page page, List<Chart> curves) {
        if (comparison.rows().stream().allMatch(Compared::isEmpty)) {
            return;
        }
        page.body().open("section").element("h2", "Comparison");
        table(page.body());
        page.charts(curves);
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
}
