package dev.dafl.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code aten::leaky_relu}, whose slope is a {@code Scalar} that the C ABI does not convert, through its C++ entry point.
 * {@code prelu} with a fixed weight is the same function, but its backward also computes the gradient of the weight and takes
 * four times as long.
 */
public final class LeakyRelu {

    /** Larger than any {@code c10::Scalar} there was: 32 bytes. */
    private static final long SCALAR_BYTES = 64;

    private static final Map<Double, MemorySegment> SLOPES = new ConcurrentHashMap<>();

    private LeakyRelu() {}

    /**
     * Whether {@link #call} may be used on a tensor. A CPU tensor of a floating type gives the operator nothing to refuse,
     * so that no C++ exception can pass through Java and end the process.
     */
    public static boolean canCall(long handle) {
        return CppSymbols.returnsObjectsByHiddenArgument()
                && TensorHandles.deviceType(handle) == 0
                && switch (TensorHandles.dtype(handle)) {
                    case ScalarTypes.FLOAT32, ScalarTypes.FLOAT64, ScalarTypes.BFLOAT16 -> true;
                    default -> false;
                };
    }

    /** x where it is positive, {@code negativeSlope} times x elsewhere. */
    public static long call(long handle, double negativeSlope) {
        long result = TensorHandles.undefined();
        CppSymbols.leakyRelu(result, handle, SLOPES.computeIfAbsent(negativeSlope, LeakyRelu::scalar));
        tell("aten::leaky_relu", handle, negativeSlope, result);
        return result;
    }

    /**
     * {@code leaky_relu_}: the same in the tensor's own memory. The tensor has to be one that an operator just made and that
     * no backward reads, neither a leaf nor a view.
     */
    public static void callInPlace(long handle, double negativeSlope) {
        CppSymbols.leakyReluInPlace(handle, SLOPES.computeIfAbsent(negativeSlope, LeakyRelu::scalar));
        tell("aten::leaky_relu_", handle, negativeSlope, handle);
    }

    private static void tell(String operator, long handle, double negativeSlope, long result) {
        CallListener listener = OperatorCall.listener();
        if (listener != null) {
            listener.called(operator);
            listener.tensor(handle);
            listener.floating(negativeSlope);
            listener.result(result);
        }
    }

    /** Kept as long as the process; networks have a slope or two. */
    private static MemorySegment scalar(double value) {
        MemorySegment scalar = Arena.global().allocate(SCALAR_BYTES, 16);
        long tensor = TensorHandles.scalar(value);
        CppSymbols.localScalarDense(scalar, tensor);
        TensorHandles.delete(tensor);
        return scalar;
    }
}
