package dev.dafl.tensor.weights;

import dev.dafl.tensor.words.Quoted;
import java.nio.file.Path;

/**
 * A file that weights are not read from. The message says in one sentence what it is and what to do; lines of Python that help
 * may follow it, each in a line of its own.
 */
public final class WeightsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param predicate what the file is or does, as in {@code is empty} */
    WeightsException(Path file, String predicate) {
        super(Quoted.whole(file.toString()) + " " + predicate);
    }

    WeightsException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
