package dev.dafl.mpi;

/** MPI is not there, is not the one that started the process, or failed; the message is a sentence for users. */
public final class MpiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MpiException(String message) {
        super(message);
    }

    MpiException(String message, Throwable cause) {
        super(message, cause);
    }
}
