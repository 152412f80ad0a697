package dev.dafl.engine.config;

import java.util.Objects;

/** A mistake in what the user wrote; the message, one line, says where, what is allowed and what to do. */
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
        this(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor wants one");
    }
}
