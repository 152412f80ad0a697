package dev.dafl.tensor;

import dev.dafl.libtorch.Operator;
import dev.dafl.libtorch.OperatorCall;
import dev.dafl.libtorch.TensorHandles;

/**
 * Other types, devices and memory formats, and copies. To everybody else these are methods of {@link Tensor}; a file of their own
 * keeps both readable.
 */
sealed interface ConversionOperators permits Tensor {

    /** Elements of another type; this tensor itself, in another handle, where they have it. */
    default Tensor to(DType dtype) {
        return Tensor.result(
                call(Aten.TO_DTYPE).integer(dtype.code).bool(false).bool(false).none());
    }

    /** On another device; this tensor itself, in another handle, where it lies there. */
    default Tensor to(Device device) {
        return Tensor.result(call(Aten.TO_DEVICE)
                .device(device.type().code, device.indexAsOfTensors())
                .integer(self().dtype().code)
                .bool(false)
                .bool(false)
                .none());
    }

    /** In that memory format; this tensor itself, in another handle, where it has it. */
    default Tensor contiguous(MemoryFormat format) {
        return Tensor.result(call(Aten.CONTIGUOUS).integer(format.code));
    }

    /** A copy with memory of its own; gradients pass through. */
    default Tensor copy() {
        return Tensor.result(call(Aten.CLONE).none());
    }

    /**
     * A copy in that memory format; gradients pass through. Unlike {@link #contiguous} it sets the strides of that format also
     * where the order in memory is the same in both, as with one channel: by the strides libtorch chooses its kernels.
     */
    default Tensor copy(MemoryFormat format) {
        return Tensor.result(call(Aten.CLONE).optionalInteger(format.code));
    }

    /** Another handle of the same memory through which no gradient passes. */
    default Tensor detach() {
        return Tensor.result(call(Aten.DETACH));
    }

    /** Another handle of this very tensor, owned by the innermost scope. */
    default Tensor alias() {
        return Tensor.owned(TensorHandles.duplicate(self().handle()));
    }

    private OperatorCall call(Operator operator) {
        return OperatorCall.of(operator).tensor(((Tensor) this).handle());
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
