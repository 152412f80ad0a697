package dev.dafl.engine;

import dev.dafl.engine.training.TrainingFailedException;
import java.nio.file.Path;

/** A method died whose run has another that begins anew. */
final class MethodDiedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path folder;

    /** @param folder of the run */
    MethodDiedException(Path folder, TrainingFailedException cause) {
        super(cause.getMessage(), cause);
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }
}
