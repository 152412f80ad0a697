package dev.dafl.onnx.export;

/** A network cannot be written as ONNX. The message is a sentence that names the network and the reason. */
public final class ExportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ExportException(String message) {
        super(message);
    }

    ExportException(String message, Throwable cause) {
        super(message, cause);
    }
}
