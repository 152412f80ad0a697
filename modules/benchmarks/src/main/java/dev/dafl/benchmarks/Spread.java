package dev.dafl.benchmarks;

import java.util.List;

/** The median of some numbers, and the smallest and largest of them. */
public record Spread(double median, double low, double high) {

    static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
