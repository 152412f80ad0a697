package dev.dafl.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array on libtorch. Operators are methods with torch's names (in Java's spelling) and torch's meaning:
 * see {@code torch.NAME} for each; those of {@code torch.nn.functional} are in {@link Functional}. They make new tensors;
 * the few that change one end in an underscore.
 *
 * <p>A new tensor belongs to the innermost {@link TensorScope} of the thread. Using one that was freed throws
 * {@link IllegalStateException}; an operator that libtorch refuses throws
 * {@link dev.dafl.libtorch.LibtorchException} with the operator and the shapes.
 */
public final class Tensor
        implements PointwiseOperators,
                MatrixOperators,
                ReductionOperators,
                ShapeOperators,
                ConversionOperators,
                Differentiation,
                AutoCloseable {

    private static final int SLICE_BYTES = 1 << 20;
    private static final LongAdder LIVE = new LongAdder();

    private long handle;
    private TensorScope owner;
    int place;
    private long @Nullable [] shape;
    private @Nullable DType dtype;

    private Tensor(long handle, TensorScope owner) {
        this.handle = handle;
        this.owner = owner;
        this.place = owner.add(this);
        LIVE.increment();
    }

    /** How many tensors of this process are not freed yet. */
    public static long liveCount() {
        return LIVE.sum();
    }

    // ---- making

    /** A float32 tensor on the CPU with a copy of these values; no sizes make it a tensor without dimensions. */
    public static Tensor of(float[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT32, sizes);
    }

    /** A float64 tensor on the CPU with a copy of these values. */
    public static Tensor of(double[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT64, sizes);
    }

    /** An int64 tensor on the CPU with a copy of these values. */
    public static Tensor of(long[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.INT64, sizes);
    }

    /** A uint8 tensor on the CPU with a copy of these values. */
    public static Tensor of(byte[] values, long... sizes) {
        return filled(MemorySegment.ofArray(values), values.length, DType.UINT8, sizes);
    }

    /**
     * A tensor on the CPU with the bytes of its elements copied from {@code memory}, little-endian.
     *
     * @throws IllegalArgumentException when the memory is not as long as shape and type say
     */
    public static Tensor of(MemorySegment memory, DType dtype, long... sizes) {
        return filled(memory, memory.byteSize() / dtype.bytes(), dtype, sizes);
    }

    /**
     * A tensor on the CPU whose elements lie as in {@code memory}, from which they are copied, little-endian.
     *
     * @param memory from the first element to the last
     * @throws IllegalArgumentException when the memory is not as long as layout and type say
     */
    public static Tensor of(MemorySegment memory, DType dtype, Layout layout) {
        long bytes = Math.multiplyExact(layout.extent(), dtype.bytes());
        if (memory.byteSize() != bytes) {
            throw new IllegalArgumentException(memory.byteSize() + " bytes where " + Arrays.toString(layout.shape())
                    + " with strides " + Arrays.toString(layout.strides()) + " takes " + bytes);
        }
        Tensor tensor = empty(dtype, Device.CPU, layout);
        if (bytes > 0) {
            TensorHandles.data(tensor.handle, bytes).copyFrom(memory);
        }
        return tensor;
    }

    /**
     * A tensor on the CPU with the bytes that {@link #writeTo} writes, read a slice at a time. What follows them is left in the
     * stream.
     *
     * @throws IOException of the stream, or when it ends before the tensor is full
     */
    public static Tensor of(InputStream in, DType dtype, long... sizes) throws IOException {
        Tensor tensor = empty(dtype, Device.CPU, sizes);
        MemorySegment memory = TensorHandles.data(tensor.handle, tensor.numel() * dtype.bytes());
        byte[] slice = new byte[(int) Math.min(SLICE_BYTES, memory.byteSize())];
        for (long start = 0; start < memory.byteSize(); start += slice.length) {
            int length = (int) Math.min(slice.length, memory.byteSize() - start);
            if (in.readNBytes(slice, 0, length) < length) {
                throw new EOFException(
                        "the stream ends before the " + memory.byteSize() + " bytes of " + tensor + " are there");
            }
            MemorySegment.copy(slice, 0, memory, JAVA_BYTE, start, length);
        }
        return tensor;
    }

    /**
     * A tensor on the CPU whose elements are those in a file, little-endian: how data that are larger than the memory are
     * looked at. A page of the file is read when an operator looks at it, and the system may forget it again. What is written
     * into the tensor, or into a part of it, goes into memory and never into the file. The file is let go with the last tensor
     * that shares its memory, {@linkplain #narrow parts} and what gradients need included.
     *
     * <p>The file may be deleted or replaced meanwhile. It must not be made shorter, nor lie where reading may fail, such as
     * on a network that breaks off: the system ends a process that looks at a page which is not there.
     *
     * @param offset of the first element in bytes, a multiple of the size of an element
     * @throws IOException in one sentence, when the file is not there, may not be read or is shorter than that
     */
    public static Tensor mapped(Path file, long offset, DType dtype, long... sizes) throws IOException {
        if (offset < 0 || offset % dtype.bytes() != 0) {
            throw new IllegalArgumentException("the offset of a mapped tensor is 0 or a multiple of the "
                    + dtype.bytes() + " bytes of " + dtype + ", not " + offset);
        }
        requireSizes(sizes);
        long bytes = Math.addExact(offset, Math.multiplyExact(count(sizes), dtype.bytes()));
        return bytes == offset // an empty file is no memory
                ? empty(dtype, Device.CPU, sizes)
                : owned(TensorHandles.ofFile(
                        file,
                        offset / dtype.bytes(),
                        bytes,
                        sizes,
                        Layout.contiguous(sizes).strides(),
                        dtype.code));
    }

    /** Memory that nothing was written to yet. */
    public static Tensor empty(DType dtype, Device device, long... sizes) {
        requireSizes(sizes);
        return empty(dtype, device, Layout.contiguous(sizes));
    }

    private static Tensor empty(DType dtype, Device device, Layout layout) {
        return owned(TensorHandles.emptyStrided(
                layout.shape(), layout.strides(), dtype.code, device.type().code, device.index()));
    }

    public static Tensor zeros(DType dtype, Device device, long... sizes) {
        return empty(dtype, device, sizes).zero_();
    }

    public static Tensor ones(DType dtype, Device device, long... sizes) {
        return full(1, dtype, device, sizes);
    }

    public static Tensor full(double value, DType dtype, Device device, long... sizes) {
        Tensor tensor = empty(dtype, device, sizes);
        try (Tensor scalar = scalar(value, dtype)) {
            return tensor.copy_(scalar);
        }
    }

    /** A tensor without dimensions on the CPU. */
    public static Tensor scalar(double value, DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> owned(TensorHandles.scalar(value));
            case FLOAT32 -> owned(TensorHandles.scalar((float) value));
            case INT64 -> owned(TensorHandles.scalar((long) value));
            default -> {
                try (Tensor wide = owned(TensorHandles.scalar(value))) {
                    yield wide.to(dtype);
                }
            }
        };
    }

    // ---- what it is

    /** The sizes, such as {@code [n, c, h, w]}; a copy. */
    public long[] shape() {
        return sizes().clone();
    }

    /** The size of one dimension; negative numbers count from the end. */
    public long size(int dim) {
        long[] sizes = sizes();
        return sizes[dim < 0 ? sizes.length + dim : dim];
    }

    public int dim() {
        return sizes().length;
    }

    /** Number of elements. */
    public long numel() {
        return count(sizes());
    }

    public DType dtype() {
        if (dtype == null) {
            dtype = DType.ofCode(TensorHandles.dtype(handle()));
        }
        return dtype;
    }

    public Device device() {
        int type = TensorHandles.deviceType(handle());
        return type == Device.Type.CPU.code ? Device.CPU : Device.cuda(Math.max(0, TensorHandles.deviceIndex(handle)));
    }

    /** Whether the elements lie in the order of the shape. */
    public boolean isContiguous() {
        return TensorHandles.isContiguous(handle());
    }

    /** Distance in elements between neighbours along each dimension. */
    public long[] strides() {
        return TensorHandles.strides(handle());
    }

    /** {@code float32[8, 1, 32, 32]}, or that it was freed. */
    @Override
    public String toString() {
        return handle == 0 ? "freed tensor" : TensorHandles.describe(handle);
    }

    // ---- reading

    /** The value of a tensor of one element. Waits for a CUDA device. */
    public double item() {
        return switch (dtype()) {
            case FLOAT32 -> TensorHandles.itemFloat(handle());
            case FLOAT64 -> TensorHandles.itemDouble(handle());
            case INT64 -> TensorHandles.itemLong(handle());
            case BOOL -> TensorHandles.itemBool(handle()) ? 1 : 0;
            default -> {
                try (Tensor wide = to(DType.FLOAT64)) {
                    yield wide.item();
                }
            }
        };
    }

    /** A copy of the elements in the order of the shape, converted to float. */
    public float[] toFloats() {
        return read(DType.FLOAT32, memory -> memory.toArray(JAVA_FLOAT));
    }

    /** A copy of the elements in the order of the shape, converted to double. */
    public double[] toDoubles() {
        return read(DType.FLOAT64, memory -> memory.toArray(JAVA_DOUBLE));
    }

    /** A copy of the elements in the order of the shape, converted to long. */
    public long[] toLongs() {
        return read(DType.INT64, memory -> memory.toArray(JAVA_LONG));
    }

    /** A copy of the bytes of the elements in the order of the shape, unconverted. */
    public byte[] toBytes() {
        return read(dtype(), memory -> memory.toArray(JAVA_BYTE));
    }

    /**
     * Writes the bytes of {@link #toBytes}, a slice at a time: a tensor may be larger than an array of Java's, or its heap.
     *
     * @throws IOException of the stream
     */
    public void writeTo(OutputStream out) throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor plain = detach().to(Device.CPU).contiguous(MemoryFormat.CONTIGUOUS);
            MemorySegment memory = TensorHandles.data(plain.handle(), plain.numel() * dtype().bytes());
            byte[] slice = new byte[(int) Math.min(SLICE_BYTES, memory.byteSize())];
            for (long start = 0; start < memory.byteSize(); start += slice.length) {
                int length = (int) Math.min(slice.length, memory.byteSize() - start);
                MemorySegment.copy(memory, JAVA_BYTE, start, slice, 0, length);
                out.write(slice, 0, length);
            }
        }
    }

    // ---- changing

    /** Copies the elements of {@code source}, with broadcasting and conversion, into this tensor. */
    public Tensor copy_(Tensor source) {
        TensorHandles.delete(OperatorCall.of(Aten.COPY)
                .tensor(handle())
                .tensor(source.handle())
                .bool(false)
                .call()
                .tensorResult(0));
        return this;
    }

    /**
     * {@code relu_}: max(x, 0) in this tensor's own memory. It has to be one that an operator just made and whose values no backward
     * reads, as those of a convolution, a batch norm or a sum.
     */
    public Tensor relu_() {
        TensorHandles.delete(
                OperatorCall.of(Aten.RELU_IN_PLACE).tensor(handle()).call().tensorResult(0));
        return this;
    }

    /** x * other in this tensor's own memory, which is of the result's shape. What {@link #relu_} says holds here too. */
    public Tensor mul_(Tensor other) {
        TensorHandles.delete(OperatorCall.of(Aten.MUL_IN_PLACE)
                .tensor(handle())
                .tensor(other.handle())
                .call()
                .tensorResult(0));
        return this;
    }

    public Tensor zero_() {
        TensorHandles.delete(OperatorCall.of(Aten.ZERO).tensor(handle()).call().tensorResult(0));
        return this;
    }

    // ---- life

    /** Gives this tensor to another scope, which will free it; it stays where the scope owns it already. */
    public Tensor moveTo(TensorScope scope) {
        handle();
        if (scope == owner) {
            return this;
        }
        int next = scope.add(this);
        owner.remove(place);
        owner = scope;
        place = next;
        return this;
    }

    /**
     * Gives this tensor to the scope around the innermost one: how a method that works in a scope of its own returns its
     * result. A tensor that the innermost scope does not own stays where it is.
     */
    public Tensor toOuter() {
        handle();
        return owner == TensorScope.innermost() ? moveTo(TensorScope.aroundInnermost()) : this;
    }

    public boolean isClosed() {
        return handle == 0;
    }

    /** Frees this handle before its scope does; the memory goes when no other handle and no graph holds it. */
    @Override
    public void close() {
        if (handle != 0) {
            owner.remove(place);
            free();
        }
    }

    // ---- for this package

    boolean isOwnedBy(TensorScope scope) {
        return owner == scope;
    }

    /** Frees the handle for an owner that has struck it off its books. It counts as freed also where that fails. */
    void free() {
        long freed = handle;
        handle = 0;
        LIVE.decrement();
        TensorHandles.delete(freed);
    }

    long handle() {
        if (handle == 0) {
            throw new IllegalStateException("this tensor was freed, by close() or with its TensorScope; moveTo(scope)"
                    + " lets a tensor outlive the scope that it was made in");
        }
        return handle;
    }

    /** Wraps a handle that nobody else frees. */
    static Tensor owned(long handle) {
        try {
            return new Tensor(handle, TensorScope.innermost());
        } catch (IllegalStateException e) {
            TensorHandles.delete(handle);
            throw e;
        }
    }

    /** Wraps a handle that nobody else frees, for a scope that is open. */
    static Tensor owned(long handle, TensorScope owner) {
        return new Tensor(handle, owner);
    }

    static Tensor result(OperatorCall call) {
        return owned(call.call().tensorResult(0));
    }

    static long[] handles(Collection<Tensor> tensors) {
        return tensors.stream().mapToLong(Tensor::handle).toArray();
    }

    private long[] sizes() {
        if (shape == null) {
            shape = TensorHandles.sizes(handle());
        }
        return shape;
    }

    private <A> A read(DType as, Function<MemorySegment, A> reader) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor plain = detach().to(Device.CPU).to(as).contiguous(MemoryFormat.CONTIGUOUS);
            return reader.apply(TensorHandles.data(plain.handle(), plain.numel() * as.bytes()));
        }
    }

    private static Tensor filled(MemorySegment values, long count, DType dtype, long... sizes) {
        if (count(sizes) != count) {
            throw new IllegalArgumentException(
                    count + " values do not fill a tensor of shape " + Arrays.toString(sizes));
        }
        Tensor tensor = empty(dtype, Device.CPU, sizes);
        long bytes = count * dtype.bytes();
        if (bytes > 0) {
            TensorHandles.data(tensor.handle, bytes).copyFrom(values.asSlice(0, bytes));
        }
        return tensor;
    }

    private static void requireSizes(long... sizes) {
        for (long size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException("a shape has no negative sizes: " + Arrays.toString(sizes));
            }
        }
    }

    private static long count(long... sizes) {
        long count = 1;
        for (long size : sizes) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }
}
