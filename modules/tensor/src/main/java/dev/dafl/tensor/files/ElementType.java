package dev.dafl.tensor.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Layout;
import dev.dafl.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The element types in files of weights that are read, under safetensors' names, and as what they are read. */
public enum ElementType {
    F64(DType.FLOAT64, "float64"),
    F32(DType.FLOAT32, "float32"),
    F16(DType.FLOAT16, "float16"),
    BF16(DType.BFLOAT16, "bfloat16"),
    I64(DType.INT64, "int64"),
    I32(DType.INT32, "int32"),
    I16(DType.INT16, "int16"),
    I8(DType.INT8, "int8"),
    U64(DType.UINT64, "uint64"),
    U32(DType.UINT32, "uint32"),
    U16(DType.UINT16, "uint16"),
    U8(DType.UINT8, "uint8"),
    BOOL(DType.BOOL, "bool"),
    /** Sign, 4 bits of exponent, 3 of fraction; no infinity. Computing with float8 is nothing for a CPU, so it becomes float32. */
    F8_E4M3(DType.FLOAT32, "float8_e4m3fn") {
        @Override
        public int bytes() {
            return 1;
        }

        @Override
        public Tensor read(MemorySegment elements, Layout layout) {
            return float8(elements, ElementType::e4m3, layout);
        }
    },
    /** Sign, 5 bits of exponent, 2 of fraction: the upper half of a float16. */
    F8_E5M2(DType.FLOAT32, "float8_e5m2") {
        @Override
        public int bytes() {
            return 1;
        }

        @Override
        public Tensor read(MemorySegment elements, Layout layout) {
            return float8(elements, bits -> Float.float16ToFloat((short) (bits << 8)), layout);
        }
    };

    private final DType dtype;
    private final String torchName;

    ElementType(DType dtype, String torchName) {
        this.dtype = dtype;
        this.torchName = torchName;
    }

    /** The one with the bytes of a dtype. */
    public static ElementType of(DType dtype) {
        for (ElementType type : values()) {
            // The first of a dtype is the one with its own bytes.
            if (type.dtype == dtype) {
                return type;
            }
        }
        throw new IllegalArgumentException("there is no element type for " + dtype);
    }

    /** Torch's name, such as {@code float8_e4m3fn}. */
    public String torchName() {
        return torchName;
    }

    /** As what it is read. */
    public DType dtype() {
        return dtype;
    }

    /** Bytes of one element in the file. */
    public int bytes() {
        return dtype.bytes();
    }

    /**
     * A tensor with a copy of the elements.
     *
     * @param elements little-endian, from the first to the last of the layout
     */
    public Tensor read(MemorySegment elements, Layout layout) {
        return Tensor.of(elements, dtype, layout);
    }

    private interface Decoder {
        float decode(int bits);
    }

    private static Tensor float8(MemorySegment elements, Decoder decoder, Layout layout) {
        float[] known = new float[256];
        for (int bits = 0; bits < known.length; bits++) {
            known[bits] = decoder.decode(bits);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment floats = arena.allocate(JAVA_FLOAT, elements.byteSize());
            for (long i = 0; i < elements.byteSize(); i++) {
                floats.setAtIndex(JAVA_FLOAT, i, known[elements.get(JAVA_BYTE, i) & 0xff]);
            }
            return Tensor.of(floats, DType.FLOAT32, layout);
        }
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
