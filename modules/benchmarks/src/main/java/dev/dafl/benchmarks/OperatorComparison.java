package dev.dafl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Times calls of small operators side by side with PyTorch's from Python: in each round both, each in a process of its own, and
 * ratios of what one round gave.
 *
 * @param python with torch; ours alone where it is empty
 * @param child the command of a process that prints {@link OperatorTimes#text}
 * @param rounds at least 1
 */
public record OperatorComparison(Optional<Path> python, List<String> child, int rounds) {

    /**
     * A line of the table.
     *
     * @param name of the operator, with the shapes
     * @param ours nanoseconds a call, over the rounds
     * @param pytorch likewise
     * @param ratio PyTorch's time divided by ours
     */
    public record Row(String name, Spread ours, Optional<Spread> pytorch, Optional<Spread> ratio) {}

    public List<Row> rows() throws IOException, InterruptedException {
        try (PythonScript script = PythonScript.of("eager_ops.py")) {
            Contestant dafl = new Contestant("dafl", true, child);
            Optional<Contestant> pytorch = python.map(path -> new Contestant(
                    "PyTorch", false, List.of(path.toString(), script.path().toString())));
            List<OperatorTimes> ours = new ArrayList<>();
            List<OperatorTimes> theirs = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ours.add(OperatorTimes.parse(dafl.output()));
                if (pytorch.isPresent()) {
                    theirs.add(OperatorTimes.parse(pytorch.get().output()));
                }
            }
            return ours.getFirst().nanoseconds().keySet().stream()
                    .map(name -> row(name, ours, theirs))
                    .toList();
        }
    }

    private static Row row(String name, List<OperatorTimes> ours, List<OperatorTimes> theirs) {
        List<Double> times = all(name, ours);
        if (theirs.isEmpty()) {
            return new Row(name, Spread.of(times), Optional.empty(), Optional.empty());
        }
        List<Double> others = all(name, theirs);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < times.size(); round++) {
            ratios.add(others.get(round) / times.get(round));
        }
        return new Row(name, Spread.of(times), Optional.of(Spread.of(others)), Optional.of(Spread.of(ratios)));
    }

    private static List<Double> all(String name, List<OperatorTimes> measured) {
        return measured.stream().map(times -> times.nanoseconds().get(name)).toList();
    }
}
