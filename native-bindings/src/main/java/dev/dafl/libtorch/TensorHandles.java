package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What can be done with a tensor handle apart from operators. A handle is the address of an {@code at::Tensor}; methods
 * that return one give it to the caller, who frees it with {@link #delete}. None of these methods checks that a handle
 * is alive: its owner does.
 */
public final class TensorHandles {

    private static final ThreadLocal<MemorySegment> OUT =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_LONG));

    // libtorch's numbers.
    private static final int CPU = 0;
    private static final int NO_INDEX = -1;
    private static final int STRIDED = 0;

    private TensorHandles() {}

    /** Uninitialised memory of the given layout. */
    public static long emptyStrided(long[] sizes, long[] strides, int dtype, int deviceType, int deviceIndex) {
        Libtorch.load();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = OUT.get();
            check(
                    libtorch_c_h.aoti_torch_empty_strided(
                            sizes.length,
                            arena.allocateFrom(JAVA_LONG, sizes),
                            arena.allocateFrom(JAVA_LONG, strides),
                            dtype,
                            deviceType,
                            deviceIndex,
                            out),
                    "making a tensor of shape " + Arrays.toString(sizes));
            return out.get(JAVA_LONG, 0);
        }
    }

    /**
     * A tensor on the CPU whose memory is a file, as {@link FileMapping} has it: pages are read when they are looked at, and
     * what is written into the tensor does not reach the file. The mapping goes with the last tensor that has any of it, views and
     * what autograd keeps included; with libtorch before 2.13 it stays until the process ends. Nobody may shorten the file
     * meanwhile, which would end the process; it may be deleted and replaced.
     *
     * @param first index in the file, in elements, of the tensor's first
     * @param bytes that the file has to have at least
     * @throws IOException in one sentence, when the file cannot be mapped or is too short
     */
    public static long ofFile(Path file, long first, long bytes, long[] sizes, long[] strides, int dtype)
            throws IOException {
        Libtorch.load();
        return ofFile(file, first, bytes, sizes, strides, dtype, Fallbacks.hasDeleters());
    }

    static long ofFile(Path file, long first, long bytes, long[] sizes, long[] strides, int dtype, boolean withDeleter)
            throws IOException {
        FileMapping mapping = FileMapping.of(file);
        if (mapping.length() < bytes) {
            mapping.unmap();
            throw new IOException("cannot map " + file + ": it is " + mapping.length() + " bytes long, and " + bytes
                    + " are asked for");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = MemorySegment.ofAddress(mapping.address());
            MemorySegment sizesAt = arena.allocateFrom(JAVA_LONG, sizes);
            MemorySegment stridesAt = arena.allocateFrom(JAVA_LONG, strides);
            MemorySegment out = OUT.get();
            // Where this fails the mapping stays: who knows whether libtorch has given it back.
            check(
                    withDeleter
                            ? libtorch_c_h.torch_from_blob(
                                    data,
                                    sizes.length,
                                    sizesAt,
                                    stridesAt,
                                    first,
                                    dtype,
                                    CPU,
                                    NO_INDEX,
                                    out,
                                    STRIDED,
                                    MemorySegment.NULL,
                                    0,
                                    FileMapping.unmapping(),
                                    MemorySegment.ofAddress(mapping.length()))
                            : libtorch_c_h.aoti_torch_create_tensor_from_blob(
                                    data, sizes.length, sizesAt, stridesAt, first, dtype, CPU, NO_INDEX, out),
                    "making a tensor of shape " + Arrays.toString(sizes) + " of " + file);
            return out.get(JAVA_LONG, 0);
        }
    }

    /** A float32 tensor without dimensions on the CPU. */
    public static long scalar(float value) {
        Libtorch.load();
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_scalar_to_tensor_float32(value, out), "making a scalar tensor");
        return out.get(JAVA_LONG, 0);
    }

    /** A float64 tensor without dimensions on the CPU. */
    public static long scalar(double value) {
        Libtorch.load();
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_scalar_to_tensor_float64(value, out), "making a scalar tensor");
        return out.get(JAVA_LONG, 0);
    }

    /** An int64 tensor without dimensions on the CPU. */
    public static long scalar(long value) {
        Libtorch.load();
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_scalar_to_tensor_int64(value, out), "making a scalar tensor");
        return out.get(JAVA_LONG, 0);
    }

    /** Another handle of the same tensor. */
    public static long duplicate(long handle) {
        return duplicate(handle, OUT.get());
    }

    static long duplicate(long handle, MemorySegment out) {
        check(libtorch_c_h.aoti_torch_new_tensor_handle(MemorySegment.ofAddress(handle), out), "copying a handle");
        return out.get(JAVA_LONG, 0);
    }

    public static void delete(long handle) {
        check(libtorch_c_h.aoti_torch_delete_tensor_object(MemorySegment.ofAddress(handle)), "freeing a tensor");
    }

    public static long[] sizes(long handle) {
        MemorySegment tensor = MemorySegment.ofAddress(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_dim(tensor, out), "reading a shape");
        long dim = out.get(JAVA_LONG, 0);
        check(libtorch_c_h.aoti_torch_get_sizes(tensor, out), "reading a shape");
        return out.get(ADDRESS, 0).reinterpret(dim * Long.BYTES).toArray(JAVA_LONG);
    }

    public static long[] strides(long handle) {
        MemorySegment tensor = MemorySegment.ofAddress(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_dim(tensor, out), "reading strides");
        long dim = out.get(JAVA_LONG, 0);
        check(libtorch_c_h.aoti_torch_get_strides(tensor, out), "reading strides");
        return out.get(ADDRESS, 0).reinterpret(dim * Long.BYTES).toArray(JAVA_LONG);
    }

    public static int dtype(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_dtype(MemorySegment.ofAddress(handle), out), "reading a dtype");
        return out.get(JAVA_INT, 0);
    }

    public static int deviceType(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_device_type(MemorySegment.ofAddress(handle), out), "reading a device");
        return out.get(JAVA_INT, 0);
    }

    public static int deviceIndex(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_device_index(MemorySegment.ofAddress(handle), out), "reading a device");
        return out.get(JAVA_INT, 0);
    }

    public static boolean isContiguous(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_is_contiguous(MemorySegment.ofAddress(handle), out), "reading a layout");
        return out.get(JAVA_BOOLEAN, 0);
    }

    public static float itemFloat(long handle) {
        tellSeen(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_float32(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_FLOAT, 0);
    }

    public static double itemDouble(long handle) {
        tellSeen(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_float64(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_DOUBLE, 0);
    }

    public static long itemLong(long handle) {
        tellSeen(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_int64(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_LONG, 0);
    }

    public static boolean itemBool(long handle) {
        tellSeen(handle);
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_bool(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_BOOLEAN, 0);
    }

    /** The memory of a contiguous CPU tensor, valid while the handle lives. */
    public static MemorySegment data(long handle, long bytes) {
        tellSeen(handle);
        return MemorySegment.ofAddress(address(handle)).reinterpret(bytes);
    }

    /** Where a tensor's first element lies. */
    public static long address(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_data_ptr(MemorySegment.ofAddress(handle), out), "reading tensor memory");
        return out.get(JAVA_LONG, 0);
    }

    /** A number that all handles of one tensor share, and no other tensor has while it lives. */
    public static long identity(long handle) {
        return MemorySegment.ofAddress(handle).reinterpret(Long.BYTES).get(JAVA_LONG, 0);
    }

    /** Whether backward leads to this tensor or through it. */
    public static boolean requiresGrad(long handle) {
        return CppSymbols.requiresGrad(identity(handle));
    }

    public static void setRequiresGrad(long handle, boolean requiresGrad) {
        check(
                libtorch_c_h.torch_set_requires_grad(MemorySegment.ofAddress(handle), requiresGrad),
                "asking for gradients");
    }

    /**
     * self - alpha * other, with broadcasting and gradients.
     *
     * @throws LibtorchException when the shapes do not broadcast or the types do not fit
     */
    public static long subtract(long self, long other, double alpha) {
        MemorySegment out = OUT.get();
        int error = libtorch_c_h.aoti_torch_aten_subtract_Tensor(
                MemorySegment.ofAddress(self), MemorySegment.ofAddress(other), alpha, out);
        if (error != 0) {
            throw new LibtorchException("aten::sub.Tensor(" + describe(self) + ", " + describe(other) + ", " + alpha
                    + "): " + NativeError.takeMessage());
        }
        long result = out.get(JAVA_LONG, 0);
        CallListener listener = OperatorCall.listener();
        if (listener != null) {
            listener.called("aten::sub.Tensor");
            listener.tensor(self);
            listener.tensor(other);
            listener.floating(alpha);
            listener.result(result);
        }
        return result;
    }

    /** A handle of the gradient that was accumulated, or 0 where there is none. */
    public static long gradient(long handle) {
        MemorySegment cell = gradientCell(handle);
        return isDefined(cell.address()) ? duplicate(cell.address()) : 0;
    }

    /** Takes the gradient out of the tensor, which has none afterwards; 0 where there was none. */
    public static long takeGradient(long handle) {
        MemorySegment cell = gradientCell(handle);
        if (!isDefined(cell.address())) {
            return 0;
        }
        // Both cells hold one counted pointer, so exchanging the words moves the gradient without touching its count.
        MemorySegment empty = MemorySegment.ofAddress(undefined()).reinterpret(Long.BYTES);
        long gradient = cell.get(JAVA_LONG, 0);
        cell.set(JAVA_LONG, 0, empty.get(JAVA_LONG, 0));
        empty.set(JAVA_LONG, 0, gradient);
        return empty.address();
    }

    /** Shape and dtype in words, for messages: {@code float32[8, 1, 32, 32]}. */
    public static String describe(long handle) {
        return ScalarTypes.name(dtype(handle)) + Arrays.toString(sizes(handle));
    }

    /** A handle of the undefined tensor: of a singleton that is not counted, so the handle's word may be written over. */
    static long undefined() {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_new_uninitialized_tensor(out), "making an empty handle");
        return out.get(JAVA_LONG, 0);
    }

    private static MemorySegment gradientCell(long handle) {
        return MemorySegment.ofAddress(CppSymbols.gradCell(identity(handle))).reinterpret(Long.BYTES);
    }

    private static boolean isDefined(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_is_defined(MemorySegment.ofAddress(handle), out), "reading a gradient");
        return out.get(JAVA_BOOLEAN, 0);
    }

    private static void tellSeen(long handle) {
        CallListener listener = OperatorCall.listener();
        if (listener != null) {
            listener.seen(handle);
        }
    }

    private static void check(int error, String doing) {
        NativeError.check(error, doing);
    }
}
