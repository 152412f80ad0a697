package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/**
 * The few C++ functions that the C ABI of libtorch lacks, each bound when it is first used. They take and return plain
 * words, so calling them as C functions is sound on x86-64 and AArch64 with the Itanium C++ ABI; the two that return an
 * object only on x86-64.
 */
final class CppSymbols {

    private CppSymbols() {}

    /** {@code const at::Tensor& c10::TensorImpl::grad() const}: the address of the cell that holds the gradient. */
    static long gradCell(long tensorImpl) {
        try {
            return (long) Grad.HANDLE.invokeExact(tensorImpl);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code bool c10::TensorImpl::requires_grad() const}. */
    static boolean requiresGrad(long tensorImpl) {
        try {
            return (boolean) RequiresGrad.HANDLE.invokeExact(tensorImpl);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code at::autocast::set_autocast_enabled(c10::DeviceType, bool)}, for the calling thread. */
    static void setAutocastEnabled(int deviceType, boolean enabled) {
        try {
            AutocastEnabled.HANDLE.invokeExact((byte) deviceType, enabled);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code at::autocast::set_autocast_dtype(c10::DeviceType, at::ScalarType)}, for the calling thread. */
    static void setAutocastDtype(int deviceType, int dtype) {
        try {
            AutocastDtype.HANDLE.invokeExact((byte) deviceType, (byte) dtype);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code at::autocast::clear_cache()}: forgets the cast copies of the weights. */
    static void clearAutocastCache() {
        try {
            AutocastClear.HANDLE.invokeExact();
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code at::set_num_threads(int)}. */
    static void setNumThreads(int threads) {
        try {
            Threads.HANDLE.invokeExact(threads);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code std::string at::get_cpu_capability()}, such as {@code AVX512}. */
    static String cpuCapability() {
        // A std::string of libstdc++ is 32 bytes: a pointer, a length and room for short texts.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment string = arena.allocate(32, 8);
            CpuCapability.HANDLE.invokeExact(string);
            long length = string.get(JAVA_LONG, 8);
            byte[] text = string.get(ADDRESS, 0).reinterpret(length).toArray(JAVA_BYTE);
            return new String(text, java.nio.charset.StandardCharsets.US_ASCII);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * {@code c10::Scalar at::_ops::_local_scalar_dense::call(const at::Tensor&)}: the number in a tensor of one element,
     * written to {@code scalar} in whatever layout libtorch has.
     */
    static void localScalarDense(MemorySegment scalar, long tensor) {
        try {
            LocalScalarDense.HANDLE.invokeExact(scalar, tensor);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * {@code at::Tensor at::_ops::leaky_relu::call(const at::Tensor&, const c10::Scalar&)}. A C++ exception would end the
     * process: what the operator can refuse has to be checked before.
     *
     * @param result the address of an empty {@code at::Tensor}
     */
    static void leakyRelu(long result, long self, MemorySegment negativeSlope) {
        try {
            LeakyRelu.HANDLE.invokeExact(result, self, negativeSlope);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** {@code at::Tensor& at::_ops::leaky_relu_::call(at::Tensor&, const c10::Scalar&)}, with the same caution. */
    static void leakyReluInPlace(long self, MemorySegment negativeSlope) {
        try {
            long _ = (long) LeakyReluInPlace.HANDLE.invokeExact(self, negativeSlope);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * {@code unsigned at::TensorBase::_register_hook(std::function<at::TensorBase(const at::TensorBase&)>) const}.
     *
     * @param function a {@code std::function}, out of which the call takes what is in it
     */
    static void registerHook(long tensor, MemorySegment function) {
        try {
            int _ = (int) RegisterHook.HANDLE.invokeExact(tensor, function);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * Whether a C++ function that returns an object may be called as a C function whose first argument is where to put it:
     * so it is on x86-64, where the C++ ABI passes that address as any other.
     */
    static boolean returnsObjectsByHiddenArgument() {
        return System.getProperty("os.arch").equals("amd64");
    }

    /** Those that {@code libtorch} does not have, each with what it is for. */
    static List<String> missing(SymbolLookup libtorch) {
        return Arrays.stream(EntryPoint.values())
                .filter(entry -> libtorch.find(entry.symbol).isEmpty())
                .map(EntryPoint::toString)
                .toList();
    }

    private static RuntimeException rethrow(Throwable e) {
        return switch (e) {
            case RuntimeException runtime -> runtime;
            case Error error -> throw error;
            default -> new IllegalStateException(e);
        };
    }

    private enum EntryPoint {
        GRAD("_ZNK3c1010TensorImpl4gradEv", "reading gradients", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG)),
        REQUIRES_GRAD(
                "_ZNK3c1010TensorImpl13requires_gradEv",
                "whether a tensor takes part in gradients",
                FunctionDescriptor.of(JAVA_BOOLEAN, JAVA_LONG)),
        AUTOCAST_ENABLED(
                "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb",
                "autocast",
                FunctionDescriptor.ofVoid(JAVA_BYTE, JAVA_BOOLEAN)),
        AUTOCAST_DTYPE(
                "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
                "autocast",
                FunctionDescriptor.ofVoid(JAVA_BYTE, JAVA_BYTE)),
        AUTOCAST_CLEAR("_ZN2at8autocast11clear_cacheEv", "autocast", FunctionDescriptor.ofVoid()),
        THREADS("_ZN2at15set_num_threadsEi", "setting the thread count", FunctionDescriptor.ofVoid(JAVA_INT)),
        LOCAL_SCALAR_DENSE(
                "_ZN2at4_ops19_local_scalar_dense4callERKNS_6TensorE",
                "scalars",
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG)),
        LEAKY_RELU(
                "_ZN2at4_ops10leaky_relu4callERKNS_6TensorERKN3c106ScalarE",
                "leaky_relu",
                FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, ADDRESS)),
        LEAKY_RELU_IN_PLACE(
                "_ZN2at4_ops11leaky_relu_4callERNS_6TensorERKN3c106ScalarE",
                "leaky_relu_",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS)),
        REGISTER_HOOK(
                "_ZNK2at10TensorBase14_register_hookESt8functionIFS0_RKS0_EE",
                "hooks on gradients",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS)),
        CPU_CAPABILITY("_ZN2at18get_cpu_capabilityB5cxx11Ev", "the CPU capability", FunctionDescriptor.ofVoid(ADDRESS));

        private final String symbol;
        private final String meaning;
        private final FunctionDescriptor descriptor;

        EntryPoint(String symbol, String meaning, FunctionDescriptor descriptor) {
            this.symbol = symbol;
            this.meaning = meaning;
            this.descriptor = descriptor;
        }

        MethodHandle bind() {
            MemorySegment address = SymbolLookup.loaderLookup()
                    .find(symbol)
                    .orElseThrow(() -> new LibtorchException("libtorch "
                            + Libtorch.info().version() + " in "
                            + Libtorch.info().folder() + " does not export " + this
                            + "; use one of the versions that the README names"));
            return Linker.nativeLinker().downcallHandle(address, descriptor);
        }

        @Override
        public String toString() {
            return symbol + " (" + meaning + ")";
        }
    }

    // One class each, so that each is bound when it is first used.

    private static final class Grad {
        static final MethodHandle HANDLE = EntryPoint.GRAD.bind();
    }

    private static final class RequiresGrad {
        static final MethodHandle HANDLE = EntryPoint.REQUIRES_GRAD.bind();
    }

    private static final class AutocastEnabled {
        static final MethodHandle HANDLE = EntryPoint.AUTOCAST_ENABLED.bind();
    }

    private static final class AutocastDtype {
        static final MethodHandle HANDLE = EntryPoint.AUTOCAST_DTYPE.bind();
    }

    private static final class AutocastClear {
        static final MethodHandle HANDLE = EntryPoint.AUTOCAST_CLEAR.bind();
    }

    private static final class Threads {
        static final MethodHandle HANDLE = EntryPoint.THREADS.bind();
    }

    private static final class LocalScalarDense {
        static final MethodHandle HANDLE = EntryPoint.LOCAL_SCALAR_DENSE.bind();
    }

    private static final class LeakyRelu {
        static final MethodHandle HANDLE = EntryPoint.LEAKY_RELU.bind();
    }

    private static final class LeakyReluInPlace {
        static final MethodHandle HANDLE = EntryPoint.LEAKY_RELU_IN_PLACE.bind();
    }

    private static final class RegisterHook {
        static final MethodHandle HANDLE = EntryPoint.REGISTER_HOOK.bind();
    }

    private static final class CpuCapability {
        static final MethodHandle HANDLE = EntryPoint.CPU_CAPABILITY.bind();
    }
}
