// Java bindings of src/main/headers/libtorch_c.h in the shape that jextract gives them.
// "mvn -Pjextract" builds with what jextract itself makes of it; HeaderContractTest holds the two together.
package dev.dafl.libtorch;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

final class libtorch_c_h {

    private libtorch_c_h() {}

    // The libraries are loaded by System.load (see NativeLibraries) before the first symbol is asked for.
    static final SymbolLookup SYMBOL_LOOKUP =
            SymbolLookup.loaderLookup().or(Linker.nativeLinker().defaultLookup());

    static final ValueLayout.OfBoolean C_BOOL = ValueLayout.JAVA_BOOLEAN;
    static final ValueLayout.OfInt C_INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong C_LONG = ValueLayout.JAVA_LONG;
    static final ValueLayout.OfFloat C_FLOAT = ValueLayout.JAVA_FLOAT;
    static final ValueLayout.OfDouble C_DOUBLE = ValueLayout.JAVA_DOUBLE;
    static final AddressLayout C_POINTER =
            ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

    private static final class aoti_torch_abi_version {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_abi_version");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : uint64_t aoti_torch_abi_version(void) } */
    static long aoti_torch_abi_version() {
        try {
            return (long) aoti_torch_abi_version.HANDLE.invokeExact();
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_new_tensor_handle {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_new_tensor_handle");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_new_tensor_handle(AtenTensorHandle orig_handle, AtenTensorHandle* new_handle) } */
    static int aoti_torch_new_tensor_handle(MemorySegment orig_handle, MemorySegment new_handle) {
        try {
            return (int) aoti_torch_new_tensor_handle.HANDLE.invokeExact(orig_handle, new_handle);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_delete_tensor_object {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_delete_tensor_object");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle tensor) } */
    static int aoti_torch_delete_tensor_object(MemorySegment tensor) {
        try {
            return (int) aoti_torch_delete_tensor_object.HANDLE.invokeExact(tensor);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_new_uninitialized_tensor {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_new_uninitialized_tensor");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_new_uninitialized_tensor(AtenTensorHandle* ret) } */
    static int aoti_torch_new_uninitialized_tensor(MemorySegment ret) {
        try {
            return (int) aoti_torch_new_uninitialized_tensor.HANDLE.invokeExact(ret);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_empty_strided {
        static final FunctionDescriptor DESC =
                FunctionDescriptor.of(C_INT, C_LONG, C_POINTER, C_POINTER, C_INT, C_INT, C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_empty_strided");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_empty_strided(int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret_new_tensor) } */
    static int aoti_torch_empty_strided(
            long ndim,
            MemorySegment sizes_ptr,
            MemorySegment strides_ptr,
            int dtype,
            int device_type,
            int device_index,
            MemorySegment ret_new_tensor) {
        try {
            return (int) aoti_torch_empty_strided.HANDLE.invokeExact(
                    ndim, sizes_ptr, strides_ptr, dtype, device_type, device_index, ret_new_tensor);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_scalar_to_tensor_float32 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_FLOAT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_scalar_to_tensor_float32");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_scalar_to_tensor_float32(float value, AtenTensorHandle* ret_new_tensor) } */
    static int aoti_torch_scalar_to_tensor_float32(float value, MemorySegment ret_new_tensor) {
        try {
            return (int) aoti_torch_scalar_to_tensor_float32.HANDLE.invokeExact(value, ret_new_tensor);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_scalar_to_tensor_float64 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_DOUBLE, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_scalar_to_tensor_float64");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_scalar_to_tensor_float64(double value, AtenTensorHandle* ret_new_tensor) } */
    static int aoti_torch_scalar_to_tensor_float64(double value, MemorySegment ret_new_tensor) {
        try {
            return (int) aoti_torch_scalar_to_tensor_float64.HANDLE.invokeExact(value, ret_new_tensor);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_scalar_to_tensor_int64 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_scalar_to_tensor_int64");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_scalar_to_tensor_int64(int64_t value, AtenTensorHandle* ret_new_tensor) } */
    static int aoti_torch_scalar_to_tensor_int64(long value, MemorySegment ret_new_tensor) {
        try {
            return (int) aoti_torch_scalar_to_tensor_int64.HANDLE.invokeExact(value, ret_new_tensor);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_create_tensor_from_blob {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(
                C_INT, C_POINTER, C_LONG, C_POINTER, C_POINTER, C_LONG, C_INT, C_INT, C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_create_tensor_from_blob");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_create_tensor_from_blob(void* data, int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret) } */
    static int aoti_torch_create_tensor_from_blob(
            MemorySegment data,
            long ndim,
            MemorySegment sizes_ptr,
            MemorySegment strides_ptr,
            long storage_offset,
            int dtype,
            int device_type,
            int device_index,
            MemorySegment ret) {
        try {
            return (int) aoti_torch_create_tensor_from_blob.HANDLE.invokeExact(
                    data, ndim, sizes_ptr, strides_ptr, storage_offset, dtype, device_type, device_index, ret);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_from_blob {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(
                C_INT,
                C_POINTER,
                C_LONG,
                C_POINTER,
                C_POINTER,
                C_LONG,
                C_INT,
                C_INT,
                C_INT,
                C_POINTER,
                C_INT,
                C_POINTER,
                C_LONG,
                C_POINTER,
                C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_from_blob");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_from_blob(void* data, int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret, int32_t layout, const uint8_t* opaque_metadata, int64_t opaque_metadata_size, void* deleter, void* deleter_ctx) } */
    static int torch_from_blob(
            MemorySegment data,
            long ndim,
            MemorySegment sizes_ptr,
            MemorySegment strides_ptr,
            long storage_offset,
            int dtype,
            int device_type,
            int device_index,
            MemorySegment ret,
            int layout,
            MemorySegment opaque_metadata,
            long opaque_metadata_size,
            MemorySegment deleter,
            MemorySegment deleter_ctx) {
        try {
            return (int) torch_from_blob.HANDLE.invokeExact(
                    data,
                    ndim,
                    sizes_ptr,
                    strides_ptr,
                    storage_offset,
                    dtype,
                    device_type,
                    device_index,
                    ret,
                    layout,
                    opaque_metadata,
                    opaque_metadata_size,
                    deleter,
                    deleter_ctx);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_data_ptr {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_data_ptr");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_data_ptr(AtenTensorHandle tensor, void** ret_data_ptr) } */
    static int aoti_torch_get_data_ptr(MemorySegment tensor, MemorySegment ret_data_ptr) {
        try {
            return (int) aoti_torch_get_data_ptr.HANDLE.invokeExact(tensor, ret_data_ptr);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_dim {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_dim");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_dim(AtenTensorHandle tensor, int64_t* ret_dim) } */
    static int aoti_torch_get_dim(MemorySegment tensor, MemorySegment ret_dim) {
        try {
            return (int) aoti_torch_get_dim.HANDLE.invokeExact(tensor, ret_dim);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_numel {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_numel");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_numel(AtenTensorHandle tensor, int64_t* ret_numel) } */
    static int aoti_torch_get_numel(MemorySegment tensor, MemorySegment ret_numel) {
        try {
            return (int) aoti_torch_get_numel.HANDLE.invokeExact(tensor, ret_numel);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_sizes {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_sizes");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_sizes(AtenTensorHandle tensor, int64_t** ret_sizes) } */
    static int aoti_torch_get_sizes(MemorySegment tensor, MemorySegment ret_sizes) {
        try {
            return (int) aoti_torch_get_sizes.HANDLE.invokeExact(tensor, ret_sizes);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_strides {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_strides");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_strides(AtenTensorHandle tensor, int64_t** ret_strides) } */
    static int aoti_torch_get_strides(MemorySegment tensor, MemorySegment ret_strides) {
        try {
            return (int) aoti_torch_get_strides.HANDLE.invokeExact(tensor, ret_strides);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_dtype {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_dtype");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_dtype(AtenTensorHandle tensor, int32_t* ret_dtype) } */
    static int aoti_torch_get_dtype(MemorySegment tensor, MemorySegment ret_dtype) {
        try {
            return (int) aoti_torch_get_dtype.HANDLE.invokeExact(tensor, ret_dtype);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_device_type {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_device_type");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_device_type(AtenTensorHandle tensor, int32_t* ret_device_type) } */
    static int aoti_torch_get_device_type(MemorySegment tensor, MemorySegment ret_device_type) {
        try {
            return (int) aoti_torch_get_device_type.HANDLE.invokeExact(tensor, ret_device_type);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_get_device_index {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_get_device_index");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_get_device_index(AtenTensorHandle tensor, int32_t* ret_device_index) } */
    static int aoti_torch_get_device_index(MemorySegment tensor, MemorySegment ret_device_index) {
        try {
            return (int) aoti_torch_get_device_index.HANDLE.invokeExact(tensor, ret_device_index);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_is_contiguous {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_is_contiguous");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_is_contiguous(AtenTensorHandle tensor, bool* ret_is_contiguous) } */
    static int aoti_torch_is_contiguous(MemorySegment tensor, MemorySegment ret_is_contiguous) {
        try {
            return (int) aoti_torch_is_contiguous.HANDLE.invokeExact(tensor, ret_is_contiguous);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_is_defined {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_is_defined");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_is_defined(AtenTensorHandle tensor, bool* ret_is_defined) } */
    static int aoti_torch_is_defined(MemorySegment tensor, MemorySegment ret_is_defined) {
        try {
            return (int) aoti_torch_is_defined.HANDLE.invokeExact(tensor, ret_is_defined);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_item_float32 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_item_float32");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_item_float32(AtenTensorHandle tensor, float* ret_value) } */
    static int aoti_torch_item_float32(MemorySegment tensor, MemorySegment ret_value) {
        try {
            return (int) aoti_torch_item_float32.HANDLE.invokeExact(tensor, ret_value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_item_float64 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_item_float64");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_item_float64(AtenTensorHandle tensor, double* ret_value) } */
    static int aoti_torch_item_float64(MemorySegment tensor, MemorySegment ret_value) {
        try {
            return (int) aoti_torch_item_float64.HANDLE.invokeExact(tensor, ret_value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_item_int64 {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_item_int64");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_item_int64(AtenTensorHandle tensor, int64_t* ret_value) } */
    static int aoti_torch_item_int64(MemorySegment tensor, MemorySegment ret_value) {
        try {
            return (int) aoti_torch_item_int64.HANDLE.invokeExact(tensor, ret_value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_item_bool {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_item_bool");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_item_bool(AtenTensorHandle tensor, bool* ret_value) } */
    static int aoti_torch_item_bool(MemorySegment tensor, MemorySegment ret_value) {
        try {
            return (int) aoti_torch_item_bool.HANDLE.invokeExact(tensor, ret_value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_grad_mode_is_enabled {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_BOOL);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_grad_mode_is_enabled");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : bool aoti_torch_grad_mode_is_enabled(void) } */
    static boolean aoti_torch_grad_mode_is_enabled() {
        try {
            return (boolean) aoti_torch_grad_mode_is_enabled.HANDLE.invokeExact();
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_grad_mode_set_enabled {
        static final FunctionDescriptor DESC = FunctionDescriptor.ofVoid(C_BOOL);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_grad_mode_set_enabled");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : void aoti_torch_grad_mode_set_enabled(bool enabled) } */
    static void aoti_torch_grad_mode_set_enabled(boolean enabled) {
        try {
            aoti_torch_grad_mode_set_enabled.HANDLE.invokeExact(enabled);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_set_requires_grad {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_BOOL);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_set_requires_grad");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_set_requires_grad(AtenTensorHandle tensor, bool requires_grad) } */
    static int torch_set_requires_grad(MemorySegment tensor, boolean requires_grad) {
        try {
            return (int) torch_set_requires_grad.HANDLE.invokeExact(tensor, requires_grad);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_call_dispatcher {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_POINTER, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_call_dispatcher");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_call_dispatcher(const char* opName, const char* overloadName, StableIValue* stack, uint64_t extension_build_version) } */
    static int torch_call_dispatcher(
            MemorySegment opName, MemorySegment overloadName, MemorySegment stack, long extension_build_version) {
        try {
            return (int) torch_call_dispatcher.HANDLE.invokeExact(opName, overloadName, stack, extension_build_version);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class aoti_torch_aten_subtract_Tensor {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_DOUBLE, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("aoti_torch_aten_subtract_Tensor");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError aoti_torch_aten_subtract_Tensor(AtenTensorHandle self, AtenTensorHandle other, double alpha, AtenTensorHandle* ret0) } */
    static int aoti_torch_aten_subtract_Tensor(
            MemorySegment self, MemorySegment other, double alpha, MemorySegment ret0) {
        try {
            return (int) aoti_torch_aten_subtract_Tensor.HANDLE.invokeExact(self, other, alpha, ret0);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_new_list_reserve_size {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_new_list_reserve_size");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_new_list_reserve_size(size_t size, StableListHandle* ret) } */
    static int torch_new_list_reserve_size(long size, MemorySegment ret) {
        try {
            return (int) torch_new_list_reserve_size.HANDLE.invokeExact(size, ret);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_list_size {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_list_size");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_list_size(StableListHandle list_handle, size_t* size) } */
    static int torch_list_size(MemorySegment list_handle, MemorySegment size) {
        try {
            return (int) torch_list_size.HANDLE.invokeExact(list_handle, size);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_list_get_item {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_list_get_item");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_list_get_item(StableListHandle list_handle, size_t index, StableIValue* element) } */
    static int torch_list_get_item(MemorySegment list_handle, long index, MemorySegment element) {
        try {
            return (int) torch_list_get_item.HANDLE.invokeExact(list_handle, index, element);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_list_push_back {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_LONG);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_list_push_back");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_list_push_back(StableListHandle list_handle, StableIValue element) } */
    static int torch_list_push_back(MemorySegment list_handle, long element) {
        try {
            return (int) torch_list_push_back.HANDLE.invokeExact(list_handle, element);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_delete_list {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_delete_list");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_delete_list(StableListHandle list_handle) } */
    static int torch_delete_list(MemorySegment list_handle) {
        try {
            return (int) torch_delete_list.HANDLE.invokeExact(list_handle);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_new_string_handle {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_LONG, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_new_string_handle");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_new_string_handle(const char* data, size_t length, StringHandle* handle) } */
    static int torch_new_string_handle(MemorySegment data, long length, MemorySegment handle) {
        try {
            return (int) torch_new_string_handle.HANDLE.invokeExact(data, length, handle);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_delete_string {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_delete_string");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_delete_string(StringHandle handle) } */
    static int torch_delete_string(MemorySegment handle) {
        try {
            return (int) torch_delete_string.HANDLE.invokeExact(handle);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_new_stable_ivalue {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_new_stable_ivalue");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_new_stable_ivalue(StableIValue** ret_value) } */
    static int torch_new_stable_ivalue(MemorySegment ret_value) {
        try {
            return (int) torch_new_stable_ivalue.HANDLE.invokeExact(ret_value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_delete_stable_ivalue {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_delete_stable_ivalue");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_delete_stable_ivalue(StableIValue* value) } */
    static int torch_delete_stable_ivalue(MemorySegment value) {
        try {
            return (int) torch_delete_stable_ivalue.HANDLE.invokeExact(value);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_exception_get_what_without_backtrace {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_exception_get_what_without_backtrace");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : const char* torch_exception_get_what_without_backtrace(void) } */
    static MemorySegment torch_exception_get_what_without_backtrace() {
        try {
            return (MemorySegment) torch_exception_get_what_without_backtrace.HANDLE.invokeExact();
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }

    private static final class torch_get_num_threads {
        static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
        static final MemorySegment ADDR = SYMBOL_LOOKUP.findOrThrow("torch_get_num_threads");
        static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);
    }

    /** {@snippet lang=c : AOTITorchError torch_get_num_threads(uint32_t* out_num_threads) } */
    static int torch_get_num_threads(MemorySegment out_num_threads) {
        try {
            return (int) torch_get_num_threads.HANDLE.invokeExact(out_num_threads);
        } catch (Error | RuntimeException ex) {
            throw ex;
        } catch (Throwable ex) {
            throw new AssertionError("should not reach here", ex);
        }
    }
}
