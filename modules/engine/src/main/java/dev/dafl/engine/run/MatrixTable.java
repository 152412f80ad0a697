package dev.dafl.engine.run;

import dev.dafl.engine.config.JsonFile;
import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.engine.run.RunResult.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What came out of a matrix, as {@code matrix.json} holds it. Runs that differ in nothing but the seed are one row.
 *
 * @param name of the matrix
 * @param planned how many runs it has
 * @param rows in the order of the matrix, also those of which no run is done
 * @param runs those that ended, in whatever way
 */
public record MatrixTable(String name, int planned, List<Row> rows, List<MatrixRun> runs) {

    private static final String SEED = "seed";

    /** What there is to say of a matrix that is not whole. */
    public static final String REST = "The same command goes on with those that are not done.";

    /** The matrix in a folder; empty where it holds none. */
    public static Optional<MatrixTable> read(Path folder) throws IOException {
        return JsonFile.read(folder.resolve("matrix.json"), MatrixTable.class);
    }

    /**
     * A run there is to be.
     *
     * @param labels by axis
     * @param reference what it is to be compared with
     */
    public record Planned(Map<String, String> labels, Optional<ReferenceConfig> reference) {}

    /**
     * Runs that differ in the seed.
     *
     * @param labels by axis, without the seed
     * @param planned how many runs it has
     * @param runs that completed
     * @param failed names of those that could not
     * @param teacher accuracy, 0 to 1
     * @param student accuracy, 0 to 1; empty where no run trained one, or there are no test data
     * @param agreement of the student with the teacher on fresh images, 0 to 1
     * @param seconds a run
     * @param recovered dead generators that were replaced, in all runs
     * @param reference what it is compared with
     */
    public record Row(
            Map<String, String> labels,
            int planned,
            int runs,
            List<String> failed,
            Optional<Spread> teacher,
            Optional<Spread> student,
            Optional<Spread> agreement,
            Optional<Spread> seconds,
            int recovered,
            Optional<ReferenceConfig> reference) {

        /** How far it is: {@code 2 of 3, 1 failed}. */
        public String progress() {
            return MatrixTable.progress(runs, planned, failed.size(), "");
        }

        /** Whether a run belongs to it. */
        public boolean has(MatrixRun run) {
            return withoutSeed(run.labels()).equals(labels);
        }
    }

    /**
     * Numbers brought together.
     *
     * @param std standard deviation by n - 1; 0 of one number
     */
    public record Spread(double mean, double std, double min, double max, int count) {

        static Optional<Spread> of(List<Double> values) {
            if (values.isEmpty()) {
                return Optional.empty();
            }
            double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
            double squares =
                    values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            return Optional.of(new Spread(
                    mean,
                    values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)),
                    values.stream().mapToDouble(v -> v).min().orElseThrow(),
                    values.stream().mapToDouble(v -> v).max().orElseThrow(),
                    values.size()));
        }
    }

    /** @param planned each run there is to be, in the order of the matrix */
    public static MatrixTable of(String name, List<Planned> planned, List<MatrixRun> runs) {
        Map<Map<String, String>, List<Planned>> groups = new LinkedHashMap<>();
        planned.forEach(run -> groups.computeIfAbsent(withoutSeed(run.labels()), _ -> new ArrayList<>())
                .add(run));
        List<Row> rows = new ArrayList<>();
        groups.forEach((labels, group) -> rows.add(row(
                labels,
                group,
                runs.stream()
                        .filter(run -> withoutSeed(run.labels()).equals(labels))
                        .toList())));
        return new MatrixTable(name, planned.size(), rows, List.copyOf(runs));
    }

    private static Map<String, String> withoutSeed(Map<String, String> labels) {
        Map<String, String> rest = new LinkedHashMap<>(labels);
        rest.remove(SEED);
        return rest;
    }

    /** Whether every run that it has is completed. */
    public boolean whole() {
        return count(Status.COMPLETED) == planned;
    }

    /** Whether a run could not come to its end. */
    public boolean failed() {
        return count(Status.FAILED) > 0;
    }

    /** How far it is: {@code 2 of 3 runs, 1 failed}. */
    public String progress() {
        return progress(count(Status.COMPLETED), planned, count(Status.FAILED), planned == 1 ? " run" : " runs");
    }

    private static String progress(long completed, int planned, long failed, String unit) {
        return (completed == planned ? "" : completed + " of ")
                + planned
                + unit
                + (failed == 0 ? "" : ", " + failed + " failed");
    }

    private long count(Status status) {
        return runs.stream().filter(run -> run.status() == status).count();
    }

    /** What there is to say below the table. */
    private Optional<String> rest() {
        return whole() ? Optional.empty() : Optional.of(progress() + ". " + REST);
    }

    /** The table as GitHub's Markdown. */
    public String markdown() {
        List<List<String>> table = cells();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < table.size(); i++) {
            text.append("| ").append(String.join(" | ", table.get(i))).append(" |\n");
            if (i == 0) {
                text.append(table.getFirst().stream().map(_ -> "---").collect(Collectors.joining(" | ", "| ", " |\n")));
            }
        }
        rest().ifPresent(sentence -> text.append('\n').append(sentence).append('\n'));
        return text.toString();
    }

    /** The table for a terminal, in columns. */
    public String text() {
        List<List<String>> table = cells();
        int columns = table.getFirst().size();
        int[] widths = new int[columns];
        table.forEach(row -> {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        });
        StringBuilder text = new StringBuilder();
        table.forEach(row -> {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                line.append(String.format(Locale.ROOT, "%-" + (widths[c] + 2) + "s", row.get(c)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        });
        rest().ifPresent(sentence -> text.append(sentence).append('\n'));
        return text.toString();
    }

    private List<List<String>> cells() {
        Set<String> axes = new LinkedHashSet<>();
        rows.forEach(row -> axes.addAll(row.labels().keySet()));
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(axes);
        boolean measured = rows.stream()
                .anyMatch(row -> row.student().isPresent() || row.agreement().isEmpty());
        // Agreement tells students apart where nothing else does.
        head.addAll(measured ? List.of("teacher", "student") : List.of("agreement"));
        head.addAll(List.of("runs", "took"));
        table.add(head);
        for (Row row : rows) {
            List<String> cells = new ArrayList<>();
            axes.forEach(axis -> cells.add(row.labels().getOrDefault(axis, "")));
            if (measured) {
                cells.add(row.teacher().map(MatrixTable::percent).orElse("-"));
                cells.add(row.student().map(MatrixTable::percent).orElse("-"));
            } else {
                cells.add(row.agreement().map(MatrixTable::percent).orElse("-"));
            }
            cells.add(row.progress());
            cells.add(row.seconds()
                    .map(s -> String.format(Locale.ROOT, "%.1f min", s.mean() / 60))
                    .orElse("-"));
            table.add(cells);
        }
        return table;
    }

    private static String percent(Spread spread) {
        return spread.count() == 1
                ? String.format(Locale.ROOT, "%.2f %%", 100 * spread.mean())
                : String.format(Locale.ROOT, "%.2f ± %.2f %%", 100 * spread.mean(), 100 * spread.std());
    }

    private static Row row(Map<String, String> labels, List<Planned> planned, List<MatrixRun> members) {
        List<MatrixRun> done = members.stream().filter(MatrixRun::completed).toList();
        return new Row(
                labels,
                planned.size(),
                done.size(),
                members.stream()
                        .filter(run -> run.status() == Status.FAILED)
                        .map(MatrixRun::name)
                        .toList(),
                spread(done, MatrixRun::teacher),
                spread(done, MatrixRun::student),
                spread(done, MatrixRun::agreement),
                spread(done, run -> OptionalDouble.of(run.seconds())),
                done.stream().mapToInt(MatrixRun::recovered).sum(),
                planned.stream().flatMap(run -> run.reference().stream()).findFirst());
    }

    private static Optional<Spread> spread(List<MatrixRun> runs, Function<MatrixRun, OptionalDouble> value) {
        return Spread.of(runs.stream()
                .map(value)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList());
    }
}
