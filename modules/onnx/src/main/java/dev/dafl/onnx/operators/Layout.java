package dev.dafl.onnx.operators;

import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;

/** How a weight of a graph lies in the parameter that is made of it. */
public enum Layout {
    /** As it is. */
    AS_IS,
    /** A matrix {@code [in, out]} as {@code [out, in]}, which is what {@code linear} takes. */
    TRANSPOSED,
    /** In one dimension. */
    FLAT;

    /** @return {@code weight}, seen so */
    public Tensor of(Tensor weight) {
        return switch (this) {
            case AS_IS -> weight;
            case TRANSPOSED -> weight.transpose(0, 1).contiguous(MemoryFormat.CONTIGUOUS);
            case FLAT -> weight.reshape(-1);
        };
    }
}
