package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.words.Quoted;
import java.nio.file.Path;

/** A file of PyTorch's that is not read. The message is one sentence; lines of Python that help may follow it. */
public final class TorchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TorchException(Path file, RefusedFileException cause) {
        super(Quoted.whole(file.toString()) + " " + cause.getMessage(), cause);
    }
}
