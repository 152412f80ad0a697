package dev.dafl.engine.runs;

import dev.dafl.engine.run.CsvTable;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.StepValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The metrics of runs as a table: a row for each step of which something was told, a column for each metric. Written as CSV
 * (RFC 4180), in which a cell is empty where nothing was told.
 */
public final class MetricsCsv {

    private final boolean named;
    private final Set<String> metrics = new LinkedHashSet<>();
    private final List<Row> rows = new ArrayList<>();

    private MetricsCsv(boolean named) {
        this.named = named;
    }

    /** A step. */
    private record Row(String run, Phase phase, long step, double seconds, Map<String, Double> values) {}

    /** Of a phase. */
    private record Step(Phase phase, long step) {}

    /**
     * The metrics of one run: columns phase, step, seconds, and the metrics in the order of telling.
     *
     * @throws dev.dafl.engine.config.ConfigException when the folder holds no run
     * @throws IOException when its metrics cannot be read
     */
    public static String of(Path run) throws IOException {
        MetricsCsv csv = new MetricsCsv(false);
        csv.add(run);
        return csv.text();
    }

    /**
     * The metrics of several runs, one after the other: the first column is the run's folder as it was named.
     *
     * @throws dev.dafl.engine.config.ConfigException when a folder holds no run
     * @throws IOException when the metrics of one cannot be read
     */
    public static String of(List<Path> runs) throws IOException {
        MetricsCsv csv = new MetricsCsv(true);
        for (Path run : runs) {
            csv.add(run);
        }
        return csv.text();
    }

    private void add(Path run) throws IOException {
        RunsFolder.require(run);
        Map<Step, Row> steps = new LinkedHashMap<>();
        for (MetricsLine line : MetricsLine.read(run)) {
            StepValues.of(line).ifPresent(told -> {
                Row row = steps.computeIfAbsent(
                        new Step(told.phase(), told.step()),
                        step -> new Row(
                                run.toString(), step.phase(), step.step(), told.seconds(), new LinkedHashMap<>()));
                row.values().putAll(told.values());
                metrics.addAll(told.values().keySet());
            });
        }
        rows.addAll(steps.values());
    }

    private String text() {
        List<String> head = new ArrayList<>(named ? List.of("run") : List.of());
        head.addAll(List.of("phase", "step", "seconds"));
        head.addAll(metrics);
        CsvTable table = new CsvTable(head);
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(named ? List.of(row.run()) : List.of());
            cells.add(row.phase().name().toLowerCase(Locale.ROOT));
            cells.add(Long.toString(row.step()));
            cells.add(Double.toString(row.seconds()));
            metrics.forEach(metric -> cells.add(Optional.ofNullable(row.values().get(metric))
                    .map(value -> Double.toString(value))
                    .orElse("")));
            table.add(cells);
        }
        return table.text();
    }
}
