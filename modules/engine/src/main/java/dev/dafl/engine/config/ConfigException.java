package dev.dafl.engine.config;

import dev.dafl.tensor.nn.MisfitException;
import dev.dafl.tensor.weights.WeightsException;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A mistake in what the user wrote; the message says in one line where, what is allowed and what to do. A table or a few lines to
 * be copied may follow it.
 */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(OneLine.of(message));
    }

    public ConfigException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }

    /** What somebody else found wrong, in the words that it was told in. */
    public ConfigException(RuntimeException cause) {
        this(cause, Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    }

    /** @param told whose line breaks are meant where a mistake's own words had them */
    private ConfigException(RuntimeException cause, String told) {
        super(mayHaveLines(cause) ? eachLine(told) : OneLine.of(told), cause);
    }

    /** A mistake that was told already, in a sentence around it. Lines that follow it still follow. */
    public ConfigException around(String before, String after) {
        int end = (getMessage() + "\n").indexOf('\n');
        return new ConfigException(
                this,
                OneLine.of(before)
                        + getMessage().substring(0, end)
                        + OneLine.of(after)
                        + getMessage().substring(end));
    }

    /** These have put nothing from outside into their messages that has line breaks. */
    private static boolean mayHaveLines(RuntimeException cause) {
        return cause instanceof ConfigException
                || cause instanceof WeightsException
                || cause instanceof MisfitException;
    }

    private static String eachLine(String text) {
        return text.lines().map(OneLine::of).collect(Collectors.joining("\n"));
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor wants one");
    }
}
