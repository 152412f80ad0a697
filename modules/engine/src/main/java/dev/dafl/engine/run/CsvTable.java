package dev.dafl.engine.run;

import java.util.ArrayList;
import java.util.List;

/** A table as CSV (RFC 4180): a cell is quoted where it has to be. */
public final class CsvTable {

    private static final String END = "\r\n";

    private final List<List<String>> lines = new ArrayList<>();

    /** @param head the names of the columns */
    public CsvTable(List<String> head) {
        lines.add(List.copyOf(head));
    }

    /** @throws IllegalArgumentException where it has not a cell for each column */
    public void add(List<String> row) {
        int columns = lines.getFirst().size();
        if (row.size() != columns) {
            throw new IllegalArgumentException("a row has " + columns + " cells, not " + row.size());
        }
        lines.add(List.copyOf(row));
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            text.append(String.join(",", line.stream().map(CsvTable::quoted).toList()))
                    .append(END);
        }
        return text.toString();
    }

    private static String quoted(String cell) {
        return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }
}
