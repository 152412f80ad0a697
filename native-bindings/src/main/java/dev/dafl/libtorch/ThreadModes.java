package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Modes of the calling native thread and the process-wide thread count. */
public final class ThreadModes {

    private ThreadModes() {}

    public static boolean gradEnabled() {
        Libtorch.load();
        return libtorch_c_h.aoti_torch_grad_mode_is_enabled();
    }

    public static void setGradEnabled(boolean enabled) {
        Libtorch.load();
        libtorch_c_h.aoti_torch_grad_mode_set_enabled(enabled);
    }

    public static void enableAutocast(int deviceType, int dtype) {
        Libtorch.load();
        CppSymbols.setAutocastDtype(deviceType, dtype);
        CppSymbols.setAutocastEnabled(deviceType, true);
    }

    /** Ends autocast and forgets the cast copies of the weights. */
    public static void disableAutocast(int deviceType) {
        CppSymbols.setAutocastEnabled(deviceType, false);
        CppSymbols.clearAutocastCache();
    }

    /** Threads that one operator may use. */
    public static int threads() {
        Libtorch.load();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            NativeError.check(libtorch_c_h.torch_get_num_threads(out), "reading the thread count");
            return out.get(JAVA_INT, 0);
        }
    }

    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        Libtorch.load();
        CppSymbols.setNumThreads(threads);
    }

    /** The instruction set that libtorch's kernels use, such as {@code AVX512}. */
    public static String cpuCapability() {
        Libtorch.load();
        return CppSymbols.cpuCapability();
    }
}
