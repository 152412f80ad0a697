package dev.dafl.engine.run;

/** The user wants the run to end; what is trained so far is kept. */
public final class InterruptedRunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InterruptedRunException() {
        super("the run was interrupted");
    }
}
