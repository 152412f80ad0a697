package dev.dafl.engine.report;

import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.engine.run.AgainstBest;
import dev.dafl.engine.run.MatrixTable;
import dev.dafl.engine.run.MatrixTable.Row;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of a matrix's report: a line for each row, what its students came to, and whether that differs from the best.
 *
 * @param best of the rows
 * @param measured whether there are test data, so that the best is so by accuracy; else it is by agreement
 */
record MatrixRows(MatrixTable matrix, AgainstBest best, boolean measured) {

    private static final double SMALLEST = 0.001;

    void write(Html html) {
        List<Row> rows = matrix.rows();
        Set<String> axes = new LinkedHashSet<>();
        rows.forEach(row -> axes.addAll(row.labels().keySet()));
        Set<String> sources = rows.stream()
                .flatMap(row -> row.reference().stream())
                .map(ReferenceConfig::source)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<String> head = new ArrayList<>(axes);
        head.addAll(List.of("teacher", "student"));
        if (best.best().isPresent()) {
            head.add("against the best");
        }
        head.add("agreement");
        if (!sources.isEmpty()) {
            head.addAll(List.of("reference: teacher", "reference: student"));
        }
        head.addAll(List.of("runs", "collapses", "took"));
        List<List<String>> cells = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            List<String> line = new ArrayList<>();
            axes.forEach(axis -> line.add(row.labels().getOrDefault(axis, "")));
            line.addAll(List.of(Words.spread(row.teacher()), Words.spread(row.student())));
            if (best.best().isPresent()) {
                line.add(against(i));
            }
            line.add(Words.spread(row.agreement()));
            if (!sources.isEmpty()) {
                line.add(Words.percent(row.reference().flatMap(ReferenceConfig::teacher)));
                line.add(row.reference()
                        .filter(reference -> reference.student().isPresent())
                        .map(Words::student)
                        .orElse(""));
            }
            line.addAll(List.of(
                    row.progress(),
                    Words.count(row.recovered()),
                    Words.duration(row.seconds().map(Spread::mean))));
            cells.add(line);
        }
        html.numbers(head, cells, axes.size(), best.best());
        note(html, sources);
    }

    private String against(int row) {
        if (best.best().equals(Optional.of(row))) {
            return "best";
        }
        return best.pValues().get(row).stream()
                .mapToObj(p -> p < SMALLEST ? "p < 0.001" : String.format(Locale.ROOT, "p = %.2g", p))
                .findFirst()
                .orElse("–");
    }

    private void note(Html html, Set<String> sources) {
        html.element(
                "p",
                "Accuracy on the test images and agreement of student and teacher on fresh images, the mean over"
                        + " the seeds ± their standard deviation."
                        + sources.stream()
                                .map(source -> " Reference: " + source + ".")
                                .collect(Collectors.joining()),
                "class",
                "note");
        if (best.best().isPresent()) {
            html.element(
                    "p",
                    "Against the best: Welch's t-test of a row's " + (measured ? "accuracies" : "agreements")
                            + " and those of the row with the largest mean, two-sided, with Holm's allowance for several"
                            + " rows. p is how likely means so far apart are where there is no difference; a large one does not"
                            + " say that there is none, least of all with two or three seeds. That the best was chosen by"
                            + " looking makes p a little too small. A dash where one of both has fewer than two runs, or neither"
                            + " varies: nothing can be said then.",
                    "class",
                    "note");
        }
    }
}
