package dev.dafl.tensor;

import dev.dafl.libtorch.ScalarTypes;

/** The element type of a tensor. The unsigned ones wider than 8 bits can be read, written and converted; most operators refuse them. */
public enum DType {
    UINT8(ScalarTypes.UINT8, 1),
    INT8(ScalarTypes.INT8, 1),
    INT16(ScalarTypes.INT16, 2),
    INT32(ScalarTypes.INT32, 4),
    INT64(ScalarTypes.INT64, 8),
    FLOAT16(ScalarTypes.FLOAT16, 2),
    FLOAT32(ScalarTypes.FLOAT32, 4),
    FLOAT64(ScalarTypes.FLOAT64, 8),
    BOOL(ScalarTypes.BOOL, 1),
    BFLOAT16(ScalarTypes.BFLOAT16, 2),
    UINT16(ScalarTypes.UINT16, 2),
    UINT32(ScalarTypes.UINT32, 4),
    UINT64(ScalarTypes.UINT64, 8);

    private static final DType[] BY_CODE = new DType[32];

    static {
        for (DType dtype : values()) {
            BY_CODE[dtype.code] = dtype;
        }
    }

    final int code;
    private final int bytes;

    DType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloating() {
        return switch (this) {
            case FLOAT16, FLOAT32, FLOAT64, BFLOAT16 -> true;
            default -> false;
        };
    }

    static DType ofCode(int code) {
        DType dtype = code < BY_CODE.length ? BY_CODE[code] : null;
        if (dtype == null) {
            throw new IllegalStateException("a tensor of libtorch's dtype " + code + ", which has no name here");
        }
        return dtype;
    }
}
