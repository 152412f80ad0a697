package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;

/**
 * A small tensor whose elements are known before any image is: a shape, an index, a factor. It lies on the Java heap.
 *
 * @param type float32, int64 or bool
 * @param values of a bool 0 or 1; all that a float32 or a size can be is exact
 * @param wholes the same where the type is not float32, as int64 has values that a double cannot hold
 */
public record Known(DType type, long[] shape, double[] values, long[] wholes) {

    public static Known of(Tensor tensor) {
        return switch (tensor.dtype()) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 ->
                new Known(DType.FLOAT32, tensor.shape(), tensor.toDoubles(), new long[0]);
            case BOOL -> wholes(DType.BOOL, tensor.shape(), tensor.toLongs());
            default -> integers(tensor.shape(), tensor.toLongs());
        };
    }

    public static Known integers(long[] shape, long... values) {
        return wholes(DType.INT64, shape, values);
    }

    /** A vector of integers, such as a shape. */
    public static Known vector(long... values) {
        return integers(new long[] {values.length}, values);
    }

    private static Known wholes(DType type, long[] shape, long... values) {
        return new Known(type, shape, Arrays.stream(values).asDoubleStream().toArray(), values);
    }

    public boolean isFloating() {
        return type == DType.FLOAT32;
    }

    public int count() {
        return values.length;
    }

    /** On the CPU, in the innermost scope. */
    public Tensor tensor() {
        if (!isFloating()) {
            return Tensor.of(wholes, shape).to(type);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, shape);
    }

    /** The elements as integers. */
    public long[] toIntegers() {
        if (isFloating()) {
            throw new OnnxException("it has floating numbers where integers are due");
        }
        return wholes.clone();
    }

    /** The one element. */
    public double single() {
        if (count() != 1) {
            throw new OnnxException("it has a tensor of shape " + Shown.shape(shape) + " where one number is due");
        }
        return values[0];
    }
}
