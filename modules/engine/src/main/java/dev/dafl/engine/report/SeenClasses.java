package dev.dafl.engine.report;

import dev.dafl.engine.report.Chart.Happening;
import java.util.List;

/** Says what the chart of the classes does not: which of them the generator never makes, and what the lines in it are. */
record SeenClasses(Curves curves) {

    private static final int NAMED = 10;

    void write(Html html) {
        List<String> never = curves.neverSeen();
        List<String> late = curves.unseenInTheEnd().stream()
                .filter(name -> !never.contains(name))
                .toList();
        if (!never.isEmpty()) {
            html.element(
                    "p",
                    "Never generated: " + names(never) + ", in none of the batches that were looked at.",
                    "class",
                    "warning");
        }
        if (!late.isEmpty()) {
            html.element(
                    "p",
                    "Not generated any more in the last quarter of the run: " + names(late) + ".",
                    "class",
                    "warning");
        }
        boolean recovered = happened(Happening.RECOVERY);
        boolean restarted = happened(Happening.RESTART);
        if (recovered || restarted) {
            html.open("p", "class", "note").text("In the charts over steps ");
            if (recovered) {
                html.open("span", "class", "mark recovery")
                        .close("span")
                        .text("is where a dead generator was put back");
            }
            html.text(recovered && restarted ? ", and " : "");
            if (restarted) {
                html.open("span", "class", "mark restart")
                        .close("span")
                        .text("is where a fresh generator took the place of the one before");
            }
            html.text(".").close("p");
        }
    }

    private boolean happened(Happening what) {
        return curves.marks().stream().anyMatch(mark -> mark.happening() == what);
    }

    private static String names(List<String> classes) {
        String first = String.join(", ", classes.subList(0, Math.min(NAMED, classes.size())));
        int more = classes.size() - NAMED;
        return (classes.size() == 1 ? "class " : "classes ") + first + (more > 0 ? " and " + more + " more" : "");
    }
}
