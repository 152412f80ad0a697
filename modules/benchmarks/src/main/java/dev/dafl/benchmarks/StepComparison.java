package dev.dafl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Times whole steps side by side: in each round every contestant once, each in a process of its own, and ratios from the
 * medians of one round, so that what else the machine does in a round hits all.
 *
 * @param python with torch, to time PyTorch's step; ours alone where it is empty
 * @param child the command of a process that times {@code --batch} and {@code --precision} alone
 * @param rounds at least 1
 * @param steps timed in each round
 * @param warmUp steps before them
 */
public record StepComparison(
        Optional<Path> python, List<String> child, int rounds, int steps, int warmUp, String device) {

    /**
     * A line of the table.
     *
     * @param name of the contestant
     * @param seconds a step, over the rounds
     * @param peakMegabytes of resident memory, the largest of the rounds
     * @param ratios its time divided by that of each of ours, in the order of the precisions
     */
    public record Row(String name, Spread seconds, double peakMegabytes, List<Spread> ratios) {}

    /** Compares at one batch size, each of ours and PyTorch's in the given precisions. */
    public List<Row> at(int batch, List<String> precisions) throws IOException, InterruptedException {
        try (PythonScript script = PythonScript.of("eager_step.py")) {
            Map<Contestant, List<Measurement>> measured = new LinkedHashMap<>();
            List<Contestant> all = contestants(batch, precisions, script.path());
            for (int round = 0; round < rounds; round++) {
                for (Contestant contestant : all) {
                    measured.computeIfAbsent(contestant, _ -> new ArrayList<>()).add(contestant.measure());
                }
            }
            return rows(measured);
        }
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
        for (int round = 0; round < rounds; round++) {
            ratios.add(these.get(round).median() / base.get(round).median());
        }
        return Spread.of(ratios);
    }

    private List<Contestant> contestants(int batch, List<String> precisions, Path script) {
        List<Contestant> all = new ArrayList<>();
        for (String precision : precisions) {
            List<String> command = new ArrayList<>(child);
            command.addAll(List.of(
                    "--batch",
                    Integer.toString(batch),
                    "--precision",
                    precision,
                    "--steps",
                    Integer.toString(steps),
                    "--device",
                    device));
            all.add(new Contestant("dafl " + precision, true, command));
        }
        python.ifPresent(path -> precisions.forEach(precision -> {
            for (String format : List.of("contiguous", "channels_last")) {
                all.add(new Contestant(
                        String.format(
                                Locale.ROOT,
                                "PyTorch %s %s",
                                precision,
                                format.equals("contiguous") ? "NCHW" : "channels-last"),
                        false,
                        List.of(
                                path.toString(),
                                script.toString(),
                                precision,
                                Integer.toString(batch),
                                format,
                                Integer.toString(warmUp),
                                Integer.toString(steps),
                                device)));
            }
        }));
        return all;
    }
}
