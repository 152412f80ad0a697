package dev.dafl.engine.report;

import dev.dafl.engine.run.Confusion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which classes the student takes for which: the whole table of a few classes, of many the commonest mistakes. */
final class ConfusionTable {

    private static final int WHOLE = 20;
    private static final int MISTAKES = 20;

    private final List<List<Long>> counts;
    private final List<String> names;
    private final String rows;

    /** @param rows what they are, in words */
    ConfusionTable(Confusion confusion, String rows) {
        this.rows = rows;
        this.counts = confusion.counts();
        this.names = confusion.classes();
    }

    /** Whether nothing was counted. */
    boolean isEmpty() {
        return names.isEmpty();
    }

    void write(Html html) {
        if (names.size() <= WHOLE) {
            whole(html);
        } else {
            mistakes(html);
        }
    }

    private void whole(Html html) {
        html.element("p", "Rows are " + rows + ", columns what the student takes them for.");
        html.open("div", "class", "wide").open("table", "class", "confusion");
        html.open("thead").open("tr").element("td", "");
        names.forEach(name -> html.element("th", name, "scope", "col"));
        html.close("tr").close("thead").open("tbody");
        for (int row = 0; row < names.size(); row++) {
            html.open("tr").element("th", names.get(row), "scope", "row");
            long total = total(row);
            for (int column = 0; column < names.size(); column++) {
                long count = count(row, column);
                String share = String.format(Locale.ROOT, "--share: %.3f", (double) count / Math.max(1, total));
                html.element(
                        "td",
                        count == 0 ? "" : Long.toString(count),
                        "class",
                        row == column ? "right" : "wrong",
                        "style",
                        share);
            }
            html.close("tr");
        }
        html.close("tbody").close("table").close("div");
    }

    private void mistakes(Html html) {
        record Mistake(int is, int taken, long count) {}
        List<Mistake> all = new ArrayList<>();
        for (int row = 0; row < names.size(); row++) {
            for (int column = 0; column < names.size(); column++) {
                if (row != column && count(row, column) > 0) {
                    all.add(new Mistake(row, column, count(row, column)));
                }
            }
        }
        html.element("p", "The commonest mistakes; there are " + names.size() + " classes.");
        html.table(
                List.of("is", "taken for", "images", "of the class"),
                all.stream()
                        .sorted(Comparator.comparingLong(Mistake::count).reversed())
                        .limit(MISTAKES)
                        .map(m -> List.of(
                                names.get(m.is()),
                                names.get(m.taken()),
                                Long.toString(m.count()),
                                Words.percent((double) m.count() / Math.max(1, total(m.is())))))
                        .toList());
    }

    private long count(int row, int column) {
        return counts.get(row).get(column);
    }

    private long total(int row) {
        return counts.get(row).stream().mapToLong(count -> count).sum();
    }
}
