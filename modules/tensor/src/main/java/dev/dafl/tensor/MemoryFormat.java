package dev.dafl.tensor;

/** How the elements of a 4-dimensional tensor {@code [n, c, h, w]} lie in memory. */
public enum MemoryFormat {
    /** As the shape says: width innermost. */
    CONTIGUOUS(0),
    /** Channels innermost, which convolutions in bf16 and on CUDA like best. */
    CHANNELS_LAST(2);

    final int code;

    MemoryFormat(int code) {
        this.code = code;
    }
}
