package dev.dafl.plugins.imagefolder;

/** A file that cannot be used; the message goes on after the file's name, such as "is cut off". */
final class BadImageException extends Exception {

    private static final long serialVersionUID = 1L;

    BadImageException(String message) {
        super(message);
    }

    BadImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
