package dev.dafl.engine.config;

/** A mistake in what the user wrote; the message, one line, says where, what is allowed and what to do. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(OneLine.of(message));
    }

    public ConfigException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
