package dev.dafl.kernel;

/** The kernel itself cannot start; a broken bundle is never the reason. */
public final class KernelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KernelException(String message, Throwable cause) {
        super(message, cause);
    }

    KernelException(String message) {
        super(message);
    }
}
