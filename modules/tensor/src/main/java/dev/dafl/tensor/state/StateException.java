package dev.dafl.tensor.state;

/** A state that does not fit what is to be loaded from it. */
public final class StateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StateException(String message) {
        super(message);
    }
}
