package dev.dafl.tensor.files;

/** A file that is not read. The message goes on after its name: {@code is damaged: its pickle ends in the middle}. */
public final class RefusedFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RefusedFileException(String predicate) {
        super(predicate);
    }

    /** That the file is not as the program wrote it that has the format. */
    public static RefusedFileException damaged(String problem) {
        return new RefusedFileException("is damaged: " + problem);
    }
}
