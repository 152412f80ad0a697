package dev.dafl.libtorch;

/** libtorch's numbers for the element types that have names here. */
public final class ScalarTypes {

    public static final int UINT8 = 0;
    public static final int INT8 = 1;
    public static final int INT16 = 2;
    public static final int INT32 = 3;
    public static final int INT64 = 4;
    public static final int FLOAT16 = 5;
    public static final int FLOAT32 = 6;
    public static final int FLOAT64 = 7;
    public static final int BOOL = 11;
    public static final int BFLOAT16 = 15;
    public static final int UINT16 = 27;
    public static final int UINT32 = 28;
    public static final int UINT64 = 29;

    private ScalarTypes() {}

    static String name(int dtype) {
        return switch (dtype) {
            case UINT8 -> "uint8";
            case INT8 -> "int8";
            case INT16 -> "int16";
            case INT32 -> "int32";
            case INT64 -> "int64";
            case FLOAT16 -> "float16";
            case FLOAT32 -> "float32";
            case FLOAT64 -> "float64";
            case BOOL -> "bool";
            case BFLOAT16 -> "bfloat16";
            case UINT16 -> "uint16";
            case UINT32 -> "uint32";
            case UINT64 -> "uint64";
            default -> "dtype" + dtype;
        };
    }
}
