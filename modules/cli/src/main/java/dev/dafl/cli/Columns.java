package dev.dafl.cli;

import java.io.PrintWriter;
import java.util.List;

/** Rows whose cells stand below each other. */
final class Columns {

    private Columns() {}

    /** @param rows of equally many cells */
    static void print(PrintWriter out, List<List<String>> rows) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width =
                        rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
                line.append(row.get(column)).repeat(" ", width - row.get(column).length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
