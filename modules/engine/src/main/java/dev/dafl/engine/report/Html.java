package dev.dafl.engine.report;

import java.util.List;
import java.util.Optional;

/** HTML that is written front to back. Every text and every attribute is escaped here, and nowhere else. */
final class Html {

    private static final int SHORT = 40;

    private final StringBuilder out = new StringBuilder();

    /** @param attributes names and values in turns */
    Html open(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escape(attributes[i + 1]))
                    .append('"');
        }
        out.append('>');
        return this;
    }

    Html close(String tag) {
        out.append("</").append(tag).append(">\n");
        return this;
    }

    Html text(String text) {
        out.append(escape(text));
        return this;
    }

    /** @param attributes names and values in turns */
    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    /** A row of a table; {@code tag} is th or td. The first cell of a body's row is its head. */
    Html row(String tag, List<String> cells) {
        open("tr");
        for (int i = 0; i < cells.size(); i++) {
            boolean head = tag.equals("th");
            if (head || i == 0) {
                element("th", cells.get(i), "scope", head ? "col" : "row");
            } else {
                cell(cells.get(i));
            }
        }
        return close("tr");
    }

    /** A cell of a table: sentences may go over several lines, names and numbers stay whole. */
    Html cell(String text) {
        return text.length() > SHORT ? element("td", text, "class", "words") : element("td", text);
    }

    /** A table that scrolls by itself where it is wider than the page. */
    Html table(List<String> head, List<List<String>> rows) {
        open("div", "class", "wide")
                .open("table")
                .open("thead")
                .row("th", head)
                .close("thead")
                .open("tbody");
        rows.forEach(row -> row("td", row));
        return close("tbody").close("table").close("div");
    }

    /**
     * A table of numbers, which end below each other. On a narrow page each row stands by itself, with the heads beside its cells.
     *
     * @param labels how many columns at the beginning have words, at least 1
     */
    Html numbers(List<String> head, List<List<String>> rows, int labels) {
        return numbers(head, rows, labels, Optional.empty());
    }

    /** @param marked index of a row that stands out */
    Html numbers(List<String> head, List<List<String>> rows, int labels, Optional<Integer> marked) {
        open("div", "class", "wide")
                .open("table", "class", "numbers")
                .numbersHead(head, labels)
                .open("tbody");
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            (marked.equals(Optional.of(i)) ? open("tr", "class", "best") : open("tr"))
                    .element("th", row.getFirst(), "scope", "row")
                    .numbersCells(head, row, labels)
                    .close("tr");
        }
        return close("tbody").close("table").close("div");
    }

    /** The head of a table of numbers. */
    Html numbersHead(List<String> head, int labels) {
        open("thead").open("tr");
        for (int i = 0; i < head.size(); i++) {
            element("th", head.get(i), "scope", "col", "class", kind(i, labels));
        }
        return close("tr").close("thead");
    }

    /** The cells of a row of a table of numbers after its first, which is its head. */
    Html numbersCells(List<String> head, List<String> row, int labels) {
        for (int i = 1; i < row.size(); i++) {
            element("td", row.get(i), "class", kind(i, labels), "data-head", head.get(i));
        }
        return this;
    }

    private static String kind(int column, int labels) {
        return column < labels ? "label" : "number";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
