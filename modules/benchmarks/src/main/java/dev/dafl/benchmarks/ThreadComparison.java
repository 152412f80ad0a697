package dev.dafl.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Times whole steps with some thread counts, each in a process of its own and all of them in turn in each round, beside busy
 * threads of this process.
 *
 * @param child the command of a process that times its steps with {@code --threads} threads alone
 * @param counts of threads; 0 leaves the choice to the run
 * @param busy threads that compute beside, at least 0
 * @param rounds at least 1
 */
public record ThreadComparison(List<String> child, List<Integer> counts, int busy, int rounds) {

    /**
     * A line of the table.
     *
     * @param asked threads; 0 where the run chose
     * @param taken in some of the rounds at least
     * @param seconds a step, over the rounds
     * @param toBest its time divided by the best of the counts that were asked for, round by round
     */
    public record Row(int asked, Set<Integer> taken, Spread seconds, Spread toBest) {}

    public List<Row> rows() throws IOException, InterruptedException {
        Map<Integer, List<Measurement>> measured = new LinkedHashMap<>();
        try (BusyCores _ = new BusyCores(busy)) {
            for (int round = 0; round < rounds; round++) {
                for (int count : counts) {
                    measured.computeIfAbsent(count, _ -> new ArrayList<>())
                            .add(contestant(count).measure());
                }
            }
        }
        List<Measurement> best = best(measured);
        return measured.entrySet().stream()
                .map(e -> row(e.getKey(), e.getValue(), best))
                .toList();
    }

    /** Of the counts that were asked for, the one with the least median over all rounds; of all where none was. */
    private static List<Measurement> best(Map<Integer, List<Measurement>> measured) {
        return measured.entrySet().stream()
                .min(Comparator.comparing((Map.Entry<Integer, List<Measurement>> e) -> e.getKey() == 0)
                        .thenComparing(e -> spread(e.getValue()).median()))
                .orElseThrow()
                .getValue();
    }

    private Row row(int asked, List<Measurement> these, List<Measurement> best) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ratios.add(these.get(round).mean() / best.get(round).mean());
        }
        return new Row(
                asked,
                these.stream().map(Measurement::threads).collect(Collectors.toCollection(TreeSet::new)),
                spread(these),
                Spread.of(ratios));
    }

    /** Of the means, not the medians: what a thread waits for another shows in few steps, and there for long. */
    private static Spread spread(List<Measurement> measurements) {
        return Spread.of(measurements.stream().map(Measurement::mean).toList());
    }

    private Contestant contestant(int count) {
        List<String> command = new ArrayList<>(child);
        command.addAll(List.of("--threads", Integer.toString(count)));
        return new Contestant(count == 0 ? "dafl" : "dafl with " + count + " threads", true, command);
    }
}
