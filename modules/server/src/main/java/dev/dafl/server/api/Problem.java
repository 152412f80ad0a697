package dev.dafl.server.api;

import java.util.List;
import java.util.Optional;

/**
 * Why a request was not done, as {@code application/problem+json} (RFC 9457).
 *
 * @param title the status in words
 * @param status of HTTP
 * @param detail in a sentence, as the command line says it
 * @param errors places in a file that was sent
 */
public record Problem(String title, int status, String detail, List<Place> errors) {

    public Problem {
        errors = errors == null ? List.of() : List.copyOf(errors);
    }

    /**
     * A mistake in a file.
     *
     * @param source the file's name
     * @param line from 1, where it is known
     */
    public record Place(String source, Optional<Integer> line, String detail) {}
}
