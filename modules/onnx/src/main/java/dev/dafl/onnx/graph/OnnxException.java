package dev.dafl.onnx.graph;

/** An ONNX model that is not what it should be, or that cannot be used here; the message says which part and why, in a sentence. */
public final class OnnxException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public OnnxException(String problem) {
        super(problem);
    }

    private OnnxException(String place, Throwable cause) {
        super(place + ": " + cause.getMessage(), cause);
    }

    /** The same problem, told with the place where it is. */
    public OnnxException in(Object place) {
        return new OnnxException(place.toString(), this);
    }
}
