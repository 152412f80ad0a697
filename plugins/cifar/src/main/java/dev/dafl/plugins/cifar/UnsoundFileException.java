package dev.dafl.plugins.cifar;

import java.io.IOException;

/** A file that is not what it should be, told in one sentence that names it. */
final class UnsoundFileException extends IOException {

    private static final long serialVersionUID = 1L;

    UnsoundFileException(String message, Throwable cause) {
        super(message, cause);
    }

    UnsoundFileException(String message) {
        super(message);
    }
}
