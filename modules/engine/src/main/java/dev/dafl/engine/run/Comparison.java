package dev.dafl.engine.run;

import dev.dafl.engine.run.MatrixTable.Row;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The rows of a matrix beside each other: how good their students are, how steadily they learnt, and what that took. From the
 * table and from what the folders of its completed runs hold; what these do not hold, or not yet as results of earlier versions,
 * is empty.
 *
 * @param rows in the order of the matrix
 */
public record Comparison(List<Compared> rows) {

    /**
     * A row; each spread is over its completed runs.
     *
     * @param kept accuracy of the student that is kept, 0 to 1
     * @param last accuracy of the student after the last step, 0 to 1
     * @param level mean of a run's accuracies after half of its steps, 0 to 1
     * @param unsteadiness standard deviation (by n - 1) of a run's accuracies after half of its steps
     * @param images that were made for the student
     * @param seconds of the distillation
     * @param memory bytes of main memory that a run's process held at its peak
     * @param curves of the runs that were measured more than once
     */
    public record Compared(
            Row row,
            Optional<Spread> kept,
            Optional<Spread> last,
            Optional<Spread> level,
            Optional<Spread> unsteadiness,
            Optional<Spread> images,
            Optional<Spread> seconds,
            Optional<Spread> memory,
            List<LearningCurve> curves) {

        /** Whether there is anything to say of it. */
        public boolean isEmpty() {
            return Stream.of(kept, last, level, unsteadiness, images, seconds, memory)
                    .allMatch(Optional::isEmpty);
        }
    }

    /** A completed run and what its folder holds. */
    private record Ran(MatrixRun run, Optional<RunResult> result, LearningCurve curve) {

        static Ran read(MatrixRun run, Path matrix) throws IOException {
            Optional<Path> folder = run.folderIn(matrix);
            return folder.isPresent()
                    ? new Ran(run, RunResult.read(folder.get()), LearningCurve.of(MetricsLine.read(folder.get())))
                    : new Ran(run, Optional.empty(), new LearningCurve(List.of()));
        }

        Optional<Double> ofStudent(Function<RunResult.Student, Optional<? extends Number>> value) {
            return result.flatMap(RunResult::student).flatMap(value::apply).map(Number::doubleValue);
        }
    }

    /**
     * @param folder of the matrix
     * @throws IOException when a file of a run is damaged, naming it
     */
    public static Comparison of(MatrixTable matrix, Path folder) throws IOException {
        List<Compared> rows = new ArrayList<>();
        for (Row row : matrix.rows()) {
            List<Ran> runs = new ArrayList<>();
            for (MatrixRun run : matrix.runs()) {
                if (run.completed() && row.has(run)) {
                    runs.add(Ran.read(run, folder));
                }
            }
            rows.add(compared(row, runs));
        }
        return new Comparison(rows);
    }

    private static Compared compared(Row row, List<Ran> runs) {
        return new Compared(
                row,
                spread(runs, ran -> boxed(ran.run().student())),
                spread(runs, ran -> ran.ofStudent(RunResult.Student::lastAccuracy)),
                spread(runs, ran -> ran.curve().lastHalf().map(Spread::mean)),
                spread(runs, ran -> ran.curve().lastHalf().map(Spread::std)),
                spread(runs, ran -> ran.ofStudent(RunResult.Student::imagesMade)),
                spread(runs, ran -> ran.result().map(result -> result.seconds().distillation())),
                spread(
                        runs,
                        ran -> ran.result().flatMap(RunResult::peakMemoryBytes).map(Long::doubleValue)),
                runs.stream()
                        .map(Ran::curve)
                        .filter(curve -> curve.points().size() > 1)
                        .toList());
    }

    private static Optional<Spread> spread(List<Ran> runs, Function<Ran, Optional<Double>> value) {
        return Spread.of(runs.stream().flatMap(ran -> value.apply(ran).stream()).toList());
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.stream().boxed().findFirst();
    }

    /** The labels that its rows have, in their order. */
    public Set<String> axes() {
        Set<String> axes = new LinkedHashSet<>();
        rows.forEach(compared -> axes.addAll(compared.row().labels().keySet()));
        return axes;
    }

    /** The numbers as CSV, a line for each row: shares from 0 to 1, seconds and bytes; a cell is empty where there is no number. */
    public String csv() {
        List<String> head = new ArrayList<>(axes());
        head.addAll(List.of("planned", "runs"));
        for (String student : List.of("kept", "last")) {
            for (String number : List.of("mean", "std", "min")) {
                head.add(student + "-accuracy-" + number);
            }
        }
        head.addAll(List.of(
                "last-half-mean",
                "last-half-std",
                "images-made",
                "distillation-seconds",
                "total-seconds",
                "peak-memory-bytes"));
        CsvTable csv = new CsvTable(head);
        for (Compared compared : rows) {
            List<String> line = new ArrayList<>();
            axes().forEach(axis -> line.add(compared.row().labels().getOrDefault(axis, "")));
            line.add(Integer.toString(compared.row().planned()));
            line.add(Integer.toString(compared.row().runs()));
            for (Optional<Spread> accuracy : List.of(compared.kept(), compared.last())) {
                line.add(cell(accuracy.map(Spread::mean)));
                line.add(cell(accuracy.filter(spread -> spread.count() > 1).map(Spread::std)));
                line.add(cell(accuracy.map(Spread::min)));
            }
            line.add(cell(compared.level().map(Spread::mean)));
            line.add(cell(compared.unsteadiness().map(Spread::mean)));
            line.add(whole(compared.images().map(Spread::mean)));
            line.add(cell(compared.seconds().map(Spread::mean)));
            line.add(cell(compared.row().seconds().map(Spread::mean)));
            line.add(whole(compared.memory().map(Spread::mean)));
            csv.add(line);
        }
        return csv.text();
    }

    private static String cell(Optional<Double> number) {
        return number.map(value -> Double.toString(value)).orElse("");
    }

    private static String whole(Optional<Double> number) {
        return number.map(value -> Long.toString(Math.round(value))).orElse("");
    }
}
