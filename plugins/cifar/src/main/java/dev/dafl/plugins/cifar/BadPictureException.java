package dev.dafl.plugins.cifar;

/** A file that is no image of this data set; the message goes on after the file's name, such as "is cut off". */
final class BadPictureException extends Exception {

    private static final long serialVersionUID = 1L;

    BadPictureException(String message) {
        super(message);
    }

    BadPictureException(String message, Throwable cause) {
        super(message, cause);
    }
}
