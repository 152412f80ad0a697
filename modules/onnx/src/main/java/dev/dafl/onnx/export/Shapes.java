package dev.dafl.onnx.export;

/** Dimensions by their numbers. */
final class Shapes {

    private Shapes() {}

    /** The place of a dimension that may be counted from the end. */
    static int place(long dim, int dims) {
        return (int) (dim < 0 ? dim + dims : dim);
    }
}
