package dev.dafl.host.ranks;

/** The processes of a crew cannot begin together. All of them know, and end in order; rank 0 says why. */
public final class CrewException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CrewException(String message) {
        super(message);
    }
}
