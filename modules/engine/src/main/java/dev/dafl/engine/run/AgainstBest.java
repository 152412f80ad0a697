package dev.dafl.engine.run;

import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The rows of a table beside the best of them, the one with the largest mean. Each other is tested against it by Welch's t-test;
 * the p-values are Holm's, who allows for there being several (A simple sequentially rejective multiple test procedure, 1979).
 * That the best was chosen by looking is not allowed for: a p-value that is hardly small says little.
 *
 * @param best index of the best row; empty where there are not two to compare
 * @param pValues by index of the row, 0 to 1; empty for the best, and where there are too few runs to say
 */
public record AgainstBest(Optional<Integer> best, List<OptionalDouble> pValues) {

    public AgainstBest {
        pValues = List.copyOf(pValues);
    }

    /** @param rows a row's spread over its runs; empty where it has none */
    public static AgainstBest of(List<Optional<Spread>> rows) {
        List<Integer> there = IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).isPresent())
                .boxed()
                .toList();
        List<OptionalDouble> pValues = new ArrayList<>(Collections.nCopies(rows.size(), OptionalDouble.empty()));
        if (there.size() < 2) {
            return new AgainstBest(Optional.empty(), pValues);
        }
        int best = there.stream()
                .max(Comparator.comparingDouble(i -> rows.get(i).orElseThrow().mean()))
                .orElseThrow();
        record Tested(int row, double p) {}
        List<Tested> tested = there.stream()
                .filter(i -> i != best)
                .flatMap(i -> WelchTest.pValue(
                                rows.get(best).orElseThrow(), rows.get(i).orElseThrow())
                        .stream()
                        .mapToObj(p -> new Tested(i, p)))
                .sorted(Comparator.comparingDouble(Tested::p))
                .toList();
        double largest = 0;
        for (int rank = 0; rank < tested.size(); rank++) {
            largest = Math.max(
                    largest,
                    Math.min(1, (tested.size() - rank) * tested.get(rank).p()));
            pValues.set(tested.get(rank).row(), OptionalDouble.of(largest));
        }
        return new AgainstBest(Optional.of(best), pValues);
    }
}
