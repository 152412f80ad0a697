package dev.dafl.onnx.export;

/** An operator is called in a way that has no translation. The message says in which. */
final class UntranslatedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UntranslatedException(String message) {
        super(message);
    }
}
