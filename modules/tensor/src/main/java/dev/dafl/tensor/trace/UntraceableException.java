package dev.dafl.tensor.trace;

/** A network is no graph of operators that would hold for all inputs. The message says why, of "it": the network. */
public final class UntraceableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UntraceableException(String message) {
        super(message);
    }
}
