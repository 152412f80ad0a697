package dev.dafl.onnx.export;

import dev.dafl.onnx.proto.TensorProto.DataType;
import dev.dafl.tensor.DType;

/** Element types as ONNX numbers them. */
final class ElementTypes {

    private ElementTypes() {}

    static DataType of(DType dtype) {
        return switch (dtype) {
            case UINT8 -> DataType.UINT8;
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case FLOAT16 -> DataType.FLOAT16;
            case FLOAT32 -> DataType.FLOAT;
            case FLOAT64 -> DataType.DOUBLE;
            case BOOL -> DataType.BOOL;
            case BFLOAT16 -> DataType.BFLOAT16;
            case UINT16 -> DataType.UINT16;
            case UINT32 -> DataType.UINT32;
            case UINT64 -> DataType.UINT64;
        };
    }
}
