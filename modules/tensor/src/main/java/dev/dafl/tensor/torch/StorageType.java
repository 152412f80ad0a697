package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.ElementType;
import dev.dafl.tensor.pickle.Value.Global;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a storage says of its elements.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/storage.html">torch.Storage</a>
 */
enum StorageType {
    DOUBLE("DoubleStorage", ElementType.F64),
    FLOAT("FloatStorage", ElementType.F32),
    HALF("HalfStorage", ElementType.F16),
    BFLOAT16("BFloat16Storage", ElementType.BF16),
    LONG("LongStorage", ElementType.I64),
    INT("IntStorage", ElementType.I32),
    SHORT("ShortStorage", ElementType.I16),
    CHAR("CharStorage", ElementType.I8),
    BYTE("ByteStorage", ElementType.U8),
    BOOL("BoolStorage", ElementType.BOOL),
    COMPLEX_DOUBLE("ComplexDoubleStorage", "complex128", 16),
    COMPLEX_FLOAT("ComplexFloatStorage", "complex64", 8),
    QINT32("QInt32Storage", "qint32", 4),
    QINT8("QInt8Storage", "qint8", 1),
    QUINT8("QUInt8Storage", "quint8", 1),
    QUINT4X2("QUInt4x2Storage", "quint4x2", 1),
    QUINT2X4("QUInt2x4Storage", "quint2x4", 1),
    /** Bytes; the tensor says what they are. */
    UNTYPED("UntypedStorage", ElementType.U8);

    private final String className;
    private final Optional<ElementType> type;
    private final String dtype;
    private final int bytes;

    StorageType(String className, ElementType type) {
        this.className = className;
        this.type = Optional.of(type);
        this.dtype = type.torchName();
        this.bytes = type.bytes();
    }

    StorageType(String className, String dtype, int bytes) {
        this.className = className;
        this.type = Optional.empty();
        this.dtype = dtype;
        this.bytes = bytes;
    }

    /** Classes of the CPU's and of CUDA's have the same names. */
    static Optional<StorageType> of(Global global) {
        return Arrays.stream(values())
                .filter(type ->
                        type.className.equals(global.name()) && global.module().startsWith("torch"))
                .findFirst();
    }

    /** The class of storages of a type; empty for types that are newer than such classes. */
    static Optional<StorageType> of(ElementType type) {
        return Arrays.stream(values())
                .filter(known -> known.type.equals(Optional.of(type)) && known != UNTYPED)
                .findFirst();
    }

    String className() {
        return className;
    }

    /** As what an element is read; empty where it cannot be read. */
    Optional<ElementType> type() {
        return type;
    }

    /** Torch's name. */
    String dtype() {
        return dtype;
    }

    /** Of one element. */
    int bytes() {
        return bytes;
    }
}
