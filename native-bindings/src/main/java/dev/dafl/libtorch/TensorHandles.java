package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What can be done with a tensor handle apart from operators. A handle is the address of an {@code at::Tensor}; methods
 * that return one give it to the caller, who frees it with {@link #delete}. None of these methods checks that a handle
 * is alive: its owner does.
 */
public final class TensorHandles {

    private static final ThreadLocal<MemorySegment> OUT =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_LONG));

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
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_float32(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_FLOAT, 0);
    }

    public static double itemDouble(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_float64(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_DOUBLE, 0);
    }

    public static long itemLong(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_int64(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_LONG, 0);
    }

    public static boolean itemBool(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_item_bool(MemorySegment.ofAddress(handle), out), "reading a value");
        return out.get(JAVA_BOOLEAN, 0);
    }

    /** The memory of a contiguous CPU tensor, valid while the handle lives. */
    public static MemorySegment data(long handle, long bytes) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_get_data_ptr(MemorySegment.ofAddress(handle), out), "reading tensor memory");
        return out.get(ADDRESS, 0).reinterpret(bytes);
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
        return out.get(JAVA_LONG, 0);
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
        long tensorImpl =
                MemorySegment.ofAddress(handle).reinterpret(Long.BYTES).get(JAVA_LONG, 0);
        return MemorySegment.ofAddress(CppSymbols.gradCell(tensorImpl)).reinterpret(Long.BYTES);
    }

    private static boolean isDefined(long handle) {
        MemorySegment out = OUT.get();
        check(libtorch_c_h.aoti_torch_is_defined(MemorySegment.ofAddress(handle), out), "reading a gradient");
        return out.get(JAVA_BOOLEAN, 0);
    }

    private static void check(int error, String doing) {
        NativeError.check(error, doing);
    }
}
