package dev.dafl.libtorch;

/** A call into libtorch that failed, or a libtorch that cannot be found or loaded. */
public final class LibtorchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LibtorchException(String message) {
        super(message);
    }

    public LibtorchException(String message, Throwable cause) {
        super(message, cause);
    }
}
