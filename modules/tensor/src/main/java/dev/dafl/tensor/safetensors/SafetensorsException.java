package dev.dafl.tensor.safetensors;

import java.nio.file.Path;

/** A file that is not a sound safetensors file. */
public final class SafetensorsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SafetensorsException(Path file, String problem) {
        super(file + " is not a sound safetensors file: " + problem);
    }
}
