package dev.dafl.engine.run;

import dev.dafl.engine.run.RunResult.Environment;
import dev.dafl.engine.run.RunResult.Status;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run of a matrix, as its {@code result.json} tells.
 *
 * @param name also of its folder
 * @param labels by axis
 * @param status whether it came to its end
 * @param message why not
 * @param teacher accuracy, 0 to 1
 * @param student accuracy, 0 to 1
 * @param agreement of the student with the teacher on fresh images, 0 to 1
 * @param seconds it took
 * @param recovered dead generators that were replaced
 * @param environment what it ran on; empty where it left no result
 */
public record MatrixRun(
        String name,
        Map<String, String> labels,
        Status status,
        Optional<String> message,
        OptionalDouble teacher,
        OptionalDouble student,
        OptionalDouble agreement,
        double seconds,
        int recovered,
        Optional<Environment> environment) {

    /** A run that left no result. */
    public static MatrixRun without(String name, Map<String, String> labels, Status status, String reason) {
        return new MatrixRun(
                name,
                labels,
                status,
                Optional.of(reason),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                0,
                0,
                Optional.empty());
    }

    /** A run with its result. */
    public static MatrixRun of(String name, Map<String, String> labels, RunResult result) {
        return new MatrixRun(
                name,
                labels,
                result.status(),
                result.message(),
                result.teacher().flatMap(RunResult.Teacher::accuracy).stream()
                        .mapToDouble(Double::doubleValue)
                        .findFirst(),
                result.student().flatMap(RunResult.Student::accuracy).stream()
                        .mapToDouble(Double::doubleValue)
                        .findFirst(),
                result.student().flatMap(RunResult.Student::freshAgreement).stream()
                        .mapToDouble(Double::doubleValue)
                        .findFirst(),
                result.seconds().total(),
                result.recovered().size(),
                Optional.of(result.environment()));
    }

    /** Its folder in that of the matrix; empty where there is none. */
    public Optional<Path> folderIn(Path matrix) {
        try {
            return name.isBlank()
                    ? Optional.empty()
                    : Optional.of(matrix.resolve(name)).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    public boolean completed() {
        return status == Status.COMPLETED;
    }
}
