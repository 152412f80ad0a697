package dev.dafl.onnx.network;

import dev.dafl.onnx.operators.Known;
import dev.dafl.onnx.operators.Sizes;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;

/** What a name of a graph stands for while the graph is prepared for images of one shape. */
sealed interface Value {

    DType type();

    long[] shape();

    /** Independent of the images and of their number. */
    record Fixed(Source source) implements Value {

        @Override
        public DType type() {
            return source.type();
        }

        @Override
        public long[] shape() {
            return source.shape();
        }

        /** Whether it is a weight rather than a number that somebody chose. */
        boolean isWeight() {
            return source.learned() && Sizes.count(shape()) > 1;
        }
    }

    /** Known, since the shape of the images is; for another number of them it may be another. */
    record OfShape(Known known) implements Value {

        @Override
        public DType type() {
            return known.type();
        }

        @Override
        public long[] shape() {
            return known.shape();
        }
    }

    /**
     * Made anew for each batch.
     *
     * @param slot its place in the frame
     * @param learned whether weights had a part in it: what meets images before any weight does prepares them, and is none
     */
    record Made(int slot, DType type, long[] shape, boolean learned) implements Value {

        static Made of(int slot, Tensor tensor, boolean learned) {
            DType type = tensor.dtype().isFloating()
                    ? DType.FLOAT32
                    : tensor.dtype() == DType.BOOL ? DType.BOOL : DType.INT64;
            return new Made(slot, type, tensor.shape(), learned);
        }
    }
}
