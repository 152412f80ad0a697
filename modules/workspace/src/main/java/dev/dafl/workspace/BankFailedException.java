package dev.dafl.workspace;

/** Images that a run keeps cannot be written or read; the message says why in one sentence. */
public final class BankFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BankFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
