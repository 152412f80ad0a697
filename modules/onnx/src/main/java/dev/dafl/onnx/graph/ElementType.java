package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.tensor.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The element types of ONNX tensors that are read: all but texts, complex numbers and floats and integers of 8 bits or less that only quantised graphs have. */
public enum ElementType {
    FLOAT(1, DType.FLOAT32, DType.FLOAT32),
    UINT8(2, DType.UINT8, DType.INT64),
    INT8(3, DType.INT8, DType.INT64),
    UINT16(4, DType.UINT16, DType.INT64),
    INT16(5, DType.INT16, DType.INT64),
    INT32(6, DType.INT32, DType.INT64),
    INT64(7, DType.INT64, DType.INT64),
    /** In files a byte, of which anything may have been made. */
    BOOL(9, DType.UINT8, DType.BOOL),
    FLOAT16(10, DType.FLOAT16, DType.FLOAT32),
    DOUBLE(11, DType.FLOAT64, DType.FLOAT32),
    UINT32(12, DType.UINT32, DType.INT64),
    UINT64(13, DType.UINT64, DType.INT64),
    BFLOAT16(16, DType.BFLOAT16, DType.FLOAT32);

    private final int number;
    private final DType stored;
    private final DType computed;

    ElementType(int number, DType stored, DType computed) {
        this.number = number;
        this.stored = stored;
        this.computed = computed;
    }

    /** @param number of {@code TensorProto.DataType} */
    public static Optional<ElementType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    /** Of any number of {@code TensorProto.DataType}, in words. */
    public static String name(int number) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(number);
        return type == null ? "the unknown type " + number : type.name().toLowerCase(Locale.ROOT);
    }

    /** How the elements lie in a file. */
    public DType stored() {
        return stored;
    }

    /** What they are computed in: all floats in float32, all integers in int64. */
    public DType computed() {
        return computed;
    }

    public boolean isFloating() {
        return computed == DType.FLOAT32;
    }
}
