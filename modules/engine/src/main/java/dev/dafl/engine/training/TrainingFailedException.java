package dev.dafl.engine.training;

/** Training that cannot go on: a loss that is no number, or a generator that died too often. */
public final class TrainingFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TrainingFailedException(String message) {
        super(message);
    }
}
