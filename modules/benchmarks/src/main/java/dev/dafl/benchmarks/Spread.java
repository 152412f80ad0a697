package dev.dafl.benchmarks;

import java.util.List;
import java.util.Locale;

/** The median of some numbers, and the smallest and largest of them. */
public record Spread(double median, double low, double high) {

    /** Such as {@code 1.11 (1.08 - 1.15)}. */
    public String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " - " + number + ")", median, low, high);
    }

    static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
