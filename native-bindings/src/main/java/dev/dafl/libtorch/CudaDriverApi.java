package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.dafl.libtorch.CudaDriver.Gpu;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The few functions of {@code cuda.h} that tell what GPUs there are. Each takes ints and addresses and returns a
 * {@code CUresult}, 0 for success. They are asked once, so none is kept bound.
 */
record CudaDriverApi(SymbolLookup library) {

    /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR} and {@code _MINOR}. */
    private static final int COMPUTE_CAPABILITY_MAJOR = 75;

    private static final int COMPUTE_CAPABILITY_MINOR = 76;

    private static final int NAME_BYTES = 256;

    /** The newest CUDA that the driver runs, such as {@code 13.0}. Works without a GPU. */
    String cudaVersion() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            call("cuDriverGetVersion", out);
            int version = out.get(JAVA_INT, 0);
            return version / 1000 + "." + version % 1000 / 10;
        }
    }

    /** Throws where the driver works with no GPU; the message has the driver's own words. */
    List<Gpu> gpus() {
        call("cuInit", 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            call("cuDeviceGetCount", out);
            List<Gpu> gpus = new ArrayList<>();
            for (int i = 0; i < out.get(JAVA_INT, 0); i++) {
                gpus.add(gpu(i));
            }
            return gpus;
        }
    }

    private Gpu gpu(int ordinal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_INT);
            call("cuDeviceGet", number, ordinal);
            int device = number.get(JAVA_INT, 0);
            call("cuDeviceGetAttribute", number, COMPUTE_CAPABILITY_MAJOR, device);
            int major = number.get(JAVA_INT, 0);
            call("cuDeviceGetAttribute", number, COMPUTE_CAPABILITY_MINOR, device);
            int minor = number.get(JAVA_INT, 0);
            MemorySegment bytes = arena.allocate(JAVA_LONG);
            call("cuDeviceTotalMem_v2", bytes, device);
            MemorySegment name = arena.allocate(NAME_BYTES);
            call("cuDeviceGetName", name, NAME_BYTES, device);
            return new Gpu(name.getString(0), major + "." + minor, bytes.get(JAVA_LONG, 0));
        }
    }

    private void call(String function, Object... arguments) {
        int error = invoke(function, arguments);
        if (error != 0) {
            throw new LibtorchException(function + " gives error " + error + ", " + words(error));
        }
    }

    private String words(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            return invoke("cuGetErrorString", error, out) == 0
                    ? out.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0)
                    : "of which it knows no more";
        }
    }

    private int invoke(String function, Object... arguments) {
        MemorySegment address = library.find(function)
                .orElseThrow(() -> new LibtorchException(
                        CudaDriver.LIBRARY + " has no " + function + "; install NVIDIA's driver again"));
        MemoryLayout[] types = Arrays.stream(arguments)
                .map(argument -> argument instanceof Integer ? JAVA_INT : ADDRESS)
                .toArray(MemoryLayout[]::new);
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, types))
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new LibtorchException(function + " failed", e);
        }
    }
}
