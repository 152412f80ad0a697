package dev.dafl.server.store;

/** The database cannot be used; the message says why in a sentence, and what to do. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
