package dev.dafl.engine;

import dev.dafl.engine.RunResult.Status;
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
 * @param seconds it took
 * @param recovered dead generators that were replaced
 */
public record MatrixRun(
        String name,
        Map<String, String> labels,
        Status status,
        Optional<String> message,
        OptionalDouble teacher,
        OptionalDouble student,
        double seconds,
        int recovered) {

    boolean completed() {
        return status == Status.COMPLETED;
    }
}
