package dev.dafl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times steps side by side: in each round every contestant once, each in a process of its own, and ratios from the medians of one
 * round, so that what else the machine does in a round hits all.
 *
 * @param count at least 1
 */
public record Rounds(int count) {

    /**
     * A line of the table.
     *
     * @param name of the contestant
     * @param seconds a step, over the rounds
     * @param peakMegabytes of resident memory, the largest of the rounds
     * @param ratios its time divided by that of each of ours, in the order of the precisions
     */
    public record Row(String name, Spread seconds, double peakMegabytes, List<Spread> ratios) {}

    List<Row> of(List<Contestant> all) throws IOException, InterruptedException {
        Map<Contestant, List<Measurement>> measured = new LinkedHashMap<>();
        for (int round = 0; round < count; round++) {
            for (Contestant contestant : all) {
                measured.computeIfAbsent(contestant, _ -> new ArrayList<>()).add(contestant.measure());
            }
        }
        return rows(measured);
    }

    private List<Row> rows(Map<Contestant, List<Measurement>> measured) {
        List<List<Measurement>> ours = new ArrayList<>();
        measured.forEach((contestant, measurements) -> {
            if (contestant.ours()) {
                ours.add(measurements);
            }
        });
        List<Row> rows = new ArrayList<>();
        measured.forEach((contestant, measurements) -> rows.add(new Row(
                contestant.name(),
                Spread.of(measurements.stream().map(Measurement::median).toList()),
                measurements.stream()
                        .mapToDouble(Measurement::peakMegabytes)
                        .max()
                        .orElseThrow(),
                ours.stream().map(base -> ratio(measurements, base)).toList())));
        return rows;
    }

    private Spread ratio(List<Measurement> these, List<Measurement> base) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < count; round++) {
            ratios.add(these.get(round).median() / base.get(round).median());
        }
        return Spread.of(ratios);
    }
}
