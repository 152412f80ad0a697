package dev.dafl.tensor.nn;

import dev.dafl.tensor.words.EditDistance;
import dev.dafl.tensor.words.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What of given shapes does not fit those of a network. */
final class Misfit {

    /** Rows of each kind. */
    private static final int SHOWN = 8;
    /** Names that one is compared with. */
    private static final int COMPARED = 2000;
    /** Characters of a name that is compared. */
    private static final int LONGEST = 200;

    private final Map<String, long[]> missing = new LinkedHashMap<>();
    private final Map<String, long[]> unexpected = new LinkedHashMap<>();
    private final List<Row> otherShape = new ArrayList<>();

    private record Row(String kind, String tensor, String remark) {}

    /**
     * @param network its shapes by name
     * @param given those that are given for them; batch norms' counters may lack altogether
     */
    static Misfit of(Map<String, long[]> network, Map<String, long[]> given) {
        Misfit misfit = new Misfit();
        // Fitted leaves them out only where there are none.
        boolean withCounters = given.keySet().stream().anyMatch(Fitted::isCounter);
        network.forEach((name, due) -> {
            long[] shape = given.get(name);
            if (shape == null && (withCounters || !Fitted.isCounter(name))) {
                misfit.missing.put(name, due);
            } else if (shape != null && !Arrays.equals(shape, due)) {
                misfit.otherShape.add(
                        new Row("other shape", shown(name, shape), "the network has " + Arrays.toString(due)));
            }
        });
        given.forEach((name, shape) -> {
            if (!network.containsKey(name)) {
                misfit.unexpected.put(name, shape);
            }
        });
        return misfit;
    }

    boolean isNone() {
        return missing.isEmpty() && unexpected.isEmpty() && otherShape.isEmpty();
    }

    MisfitException toException() {
        return new MisfitException(told(), !missing.isEmpty() && !unexpected.isEmpty());
    }

    private String told() {
        List<String> counts = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        add(counts, rows, missing.size(), "missing", rows("missing", missing, unexpected));
        add(counts, rows, unexpected.size(), "unexpected", rows("unexpected", unexpected, missing));
        add(counts, rows, otherShape.size(), "of another shape", otherShape);
        int kinds = width(rows.stream().map(Row::kind).toList());
        int tensors = width(rows.stream().map(Row::tensor).toList());
        return "weights do not fit: " + String.join(", ", counts)
                + rows.stream()
                        .map(row -> "\n  "
                                + (padded(row.kind(), kinds) + padded(row.tensor(), tensors) + row.remark())
                                        .stripTrailing())
                        .collect(Collectors.joining());
    }

    private static void add(List<String> counts, List<Row> rows, int count, String what, List<Row> of) {
        if (count > 0) {
            counts.add(count + " " + what);
            rows.addAll(of.subList(0, Math.min(SHOWN, of.size())));
            if (count > SHOWN) {
                rows.add(new Row("", "and " + (count - SHOWN) + " more " + what, ""));
            }
        }
    }

    private static List<Row> rows(String kind, Map<String, long[]> tensors, Map<String, long[]> others) {
        return tensors.entrySet().stream()
                .limit(SHOWN)
                .map(tensor -> new Row(
                        kind,
                        shown(tensor.getKey(), tensor.getValue()),
                        nearest(tensor, others)
                                .map(near -> "nearest " + shown(near.getKey(), near.getValue()))
                                .orElse("")))
                .toList();
    }

    /** One of the same shape if there is one, and of these the one with the most similar name; else only a similar name. */
    private static Optional<Map.Entry<String, long[]>> nearest(
            Map.Entry<String, long[]> tensor, Map<String, long[]> others) {
        String name = tensor.getKey();
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        return others.entrySet().stream()
                .filter(other -> other.getKey().length() <= LONGEST)
                .limit(COMPARED)
                .min(Comparator.comparing((Map.Entry<String, long[]> other) -> !sameShape(tensor, other))
                        .thenComparing(other -> EditDistance.of(name, other.getKey())))
                .filter(other -> sameShape(tensor, other)
                        || EditDistance.of(name, other.getKey()) <= Math.max(2, name.length() / 3));
    }

    private static boolean sameShape(Map.Entry<String, long[]> one, Map.Entry<String, long[]> other) {
        return Arrays.equals(one.getValue(), other.getValue());
    }

    private static String shown(String name, long[] shape) {
        return Quoted.of(name) + " " + Arrays.toString(shape);
    }

    private static int width(List<String> cells) {
        return cells.stream().mapToInt(String::length).max().orElse(0) + 2;
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }
}
