package dev.dafl.tensor.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The element types of the format that are read, under its names, and as what they are read. */
enum ElementType {
    F64(DType.FLOAT64),
    F32(DType.FLOAT32),
    F16(DType.FLOAT16),
    BF16(DType.BFLOAT16),
    I64(DType.INT64),
    I32(DType.INT32),
    I16(DType.INT16),
    I8(DType.INT8),
    U64(DType.UINT64),
    U32(DType.UINT32),
    U16(DType.UINT16),
    U8(DType.UINT8),
    BOOL(DType.BOOL),
    /** Sign, 4 bits of exponent, 3 of fraction; no infinity. Computing with float8 is nothing for a CPU, so it becomes float32. */
    F8_E4M3(DType.FLOAT32) {
        @Override
        int bytes() {
            return 1;
        }

        @Override
        Tensor read(MemorySegment elements, long... shape) {
            return float8(elements, ElementType::e4m3, shape);
        }
    },
    /** Sign, 5 bits of exponent, 2 of fraction: the upper half of a float16. */
    F8_E5M2(DType.FLOAT32) {
        @Override
        int bytes() {
            return 1;
        }

        @Override
        Tensor read(MemorySegment elements, long... shape) {
            return float8(elements, bits -> Float.float16ToFloat((short) (bits << 8)), shape);
        }
    };

    private final DType dtype;

    ElementType(DType dtype) {
        this.dtype = dtype;
    }

    static ElementType of(DType dtype) {
        for (ElementType type : values()) {
            // The first of a dtype is the one with its own bytes.
            if (type.dtype == dtype) {
                return type;
            }
        }
        throw new IllegalArgumentException("safetensors has no name for " + dtype);
    }

    /** Bytes of one element in the file. */
    int bytes() {
        return dtype.bytes();
    }

    /** A tensor with a copy of the elements, little-endian in the order of the shape. */
    Tensor read(MemorySegment elements, long... shape) {
        return Tensor.of(elements, dtype, shape);
    }

    private interface Decoder {
        float decode(int bits);
    }

    private static Tensor float8(MemorySegment elements, Decoder decoder, long... shape) {
        float[] known = new float[256];
        for (int bits = 0; bits < known.length; bits++) {
            known[bits] = decoder.decode(bits);
        }
        float[] values = new float[Math.toIntExact(elements.byteSize())];
        for (int i = 0; i < values.length; i++) {
            values[i] = known[elements.get(JAVA_BYTE, i) & 0xff];
        }
        return Tensor.of(values, shape);
    }

    private static float e4m3(int bits) {
        int exponent = bits >> 3 & 15;
        int fraction = bits & 7;
        float value;
        if (exponent == 15 && fraction == 7) {
            value = Float.NaN;
        } else if (exponent == 0) {
            value = Math.scalb((float) fraction, -9);
        } else {
            value = Math.scalb((float) (8 + fraction), exponent - 10);
        }
        return bits < 128 ? value : -value;
    }
}
