package dev.dafl.tensor.nn;

/**
 * Weights of another network. The message counts what does not fit in one sentence; below it stands a table, a line each, of
 * what is missing, unexpected or of another shape, with the name that was probably meant.
 */
public final class MisfitException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final boolean names;

    /** @param names whether some are missing and others are unexpected, so that other names may be all that is needed */
    MisfitException(String table, boolean names) {
        super(table);
        this.names = names;
    }

    /** Whether some tensors are missing and others are unexpected, so that other names may be all that is needed. */
    public boolean isOfNames() {
        return names;
    }
}
