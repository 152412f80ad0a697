// Every C function of libtorch that dafl binds: the contract between libtorch_c_h.java and the library.
//
// These are declarations of PyTorch's stable C ABI (torch/csrc/inductor/aoti_torch/c/shim.h and
// torch/csrc/stable/c/shim.h), in plain C so that jextract can read them. Functions newer than
// libtorch 2.10 are marked; the bindings look each symbol up at its first call.
//
// A call returns 0 when it worked, unless its comment says otherwise.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct AtenTensorOpaque* AtenTensorHandle;
typedef struct StableListOpaque* StableListHandle;
typedef struct StringOpaque* StringHandle;
typedef int32_t AOTITorchError;
typedef uint64_t StableIValue;

// The version of the loaded library: major << 56 | minor << 48 | patch << 40.
uint64_t aoti_torch_abi_version(void);

// Tensors. A handle that a function hands out belongs to the caller.
AOTITorchError aoti_torch_new_tensor_handle(AtenTensorHandle orig_handle, AtenTensorHandle* new_handle);
AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle tensor);
AOTITorchError aoti_torch_new_uninitialized_tensor(AtenTensorHandle* ret);
AOTITorchError aoti_torch_empty_strided(int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret_new_tensor);
AOTITorchError aoti_torch_scalar_to_tensor_float32(float value, AtenTensorHandle* ret_new_tensor);
AOTITorchError aoti_torch_scalar_to_tensor_float64(double value, AtenTensorHandle* ret_new_tensor);
AOTITorchError aoti_torch_scalar_to_tensor_int64(int64_t value, AtenTensorHandle* ret_new_tensor);

// Tensors of memory that is not libtorch's. The second calls deleter, a void (*)(void* data, void* deleter_ctx), on whatever
// thread lets go of the last tensor that has the memory; builds on the way to 2.11 called it with data alone.
AOTITorchError aoti_torch_create_tensor_from_blob(void* data, int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret);
AOTITorchError torch_from_blob(void* data, int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr, int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index, AtenTensorHandle* ret, int32_t layout, const uint8_t* opaque_metadata, int64_t opaque_metadata_size, void* deleter, void* deleter_ctx); // 2.11

// What a tensor is. Pointers that these functions give are borrowed from the tensor.
AOTITorchError aoti_torch_get_data_ptr(AtenTensorHandle tensor, void** ret_data_ptr);
AOTITorchError aoti_torch_get_dim(AtenTensorHandle tensor, int64_t* ret_dim);
AOTITorchError aoti_torch_get_numel(AtenTensorHandle tensor, int64_t* ret_numel);
AOTITorchError aoti_torch_get_sizes(AtenTensorHandle tensor, int64_t** ret_sizes);
AOTITorchError aoti_torch_get_strides(AtenTensorHandle tensor, int64_t** ret_strides);
AOTITorchError aoti_torch_get_dtype(AtenTensorHandle tensor, int32_t* ret_dtype);
AOTITorchError aoti_torch_get_device_type(AtenTensorHandle tensor, int32_t* ret_device_type);
AOTITorchError aoti_torch_get_device_index(AtenTensorHandle tensor, int32_t* ret_device_index);
AOTITorchError aoti_torch_is_contiguous(AtenTensorHandle tensor, bool* ret_is_contiguous);
AOTITorchError aoti_torch_is_defined(AtenTensorHandle tensor, bool* ret_is_defined);

// The value of a tensor of one element.
AOTITorchError aoti_torch_item_float32(AtenTensorHandle tensor, float* ret_value);
AOTITorchError aoti_torch_item_float64(AtenTensorHandle tensor, double* ret_value);
AOTITorchError aoti_torch_item_int64(AtenTensorHandle tensor, int64_t* ret_value);
AOTITorchError aoti_torch_item_bool(AtenTensorHandle tensor, bool* ret_value);

// Autograd, for the calling thread or the given tensor.
bool aoti_torch_grad_mode_is_enabled(void);
void aoti_torch_grad_mode_set_enabled(bool enabled);
AOTITorchError torch_set_requires_grad(AtenTensorHandle tensor, bool requires_grad);

// Any registered operator, by name. The stack holds the arguments and then the results, one 64-bit word each;
// tensors, lists, strings and optionals in it are taken over by the call.
AOTITorchError torch_call_dispatcher(const char* opName, const char* overloadName, StableIValue* stack, uint64_t extension_build_version);

// self - alpha * other through the dispatcher, so gradients pass: the one operator with a Scalar that the C ABI offers.
AOTITorchError aoti_torch_aten_subtract_Tensor(AtenTensorHandle self, AtenTensorHandle other, double alpha, AtenTensorHandle* ret0);

// Lists, strings and optionals for the stack.
AOTITorchError torch_new_list_reserve_size(size_t size, StableListHandle* ret);
AOTITorchError torch_list_size(StableListHandle list_handle, size_t* size);
AOTITorchError torch_list_get_item(StableListHandle list_handle, size_t index, StableIValue* element);
AOTITorchError torch_list_push_back(StableListHandle list_handle, StableIValue element);
AOTITorchError torch_delete_list(StableListHandle list_handle);
AOTITorchError torch_new_string_handle(const char* data, size_t length, StringHandle* handle);
AOTITorchError torch_delete_string(StringHandle handle);
AOTITorchError torch_new_stable_ivalue(StableIValue** ret_value);       // 2.13
AOTITorchError torch_delete_stable_ivalue(StableIValue* value);         // 2.13

// The message of the last failure on this thread; borrowed, valid until the next one.
const char* torch_exception_get_what_without_backtrace(void);           // 2.13

// Threads.
AOTITorchError torch_get_num_threads(uint32_t* out_num_threads);
