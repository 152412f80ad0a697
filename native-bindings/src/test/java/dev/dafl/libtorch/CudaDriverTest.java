package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No machine of the build has a GPU: C functions with the signatures of cuda.h stand in for the driver's. */
class CudaDriverTest {

    private static final int NO_DEVICE = 100;

    @Test
    void eachGpuHasItsNameComputeCapabilityAndMemory() {
        try (Arena arena = Arena.ofConfined()) {
            CudaDriver driver = CudaDriver.ask(driver(arena, "init"), Optional.of("580.65.06"));
            assertEquals(
                    new CudaDriver(
                            Optional.of("580.65.06"),
                            "13.1",
                            List.of(
                                    new CudaDriver.Gpu("GPU 10", "9.0", 8L << 30),
                                    new CudaDriver.Gpu("GPU 11", "9.1", 9L << 30)),
                            Optional.empty()),
                    driver);
        }
    }

    @Test
    void aDriverWithoutAGpuSaysWhyInItsOwnWords() {
        try (Arena arena = Arena.ofConfined()) {
            CudaDriver driver = CudaDriver.ask(driver(arena, "initWithoutDevice"), Optional.empty());
            assertEquals(List.of(), driver.gpus());
            assertEquals(Optional.of("cuInit gives error 100, no CUDA-capable device is detected"), driver.problem());
        }
    }

    @Test
    void theKernelTellsTheDriversVersion() {
        assertEquals(
                Optional.of("580.65.06"),
                CudaDriver.kernelModuleVersion(
                        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder)\n"
                                + "GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n"));
        assertEquals(
                Optional.of("535.183.01"),
                CudaDriver.kernelModuleVersion(
                        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\n"));
        assertEquals(Optional.empty(), CudaDriver.kernelModuleVersion("something else"));
    }

    private static SymbolLookup driver(Arena arena, String init) {
        return name -> Optional.of(
                switch (name) {
                    case "cuInit" -> stub(arena, init, JAVA_INT);
                    case "cuDriverGetVersion" -> stub(arena, "version", ADDRESS);
                    case "cuDeviceGetCount" -> stub(arena, "count", ADDRESS);
                    case "cuDeviceGet" -> stub(arena, "device", ADDRESS, JAVA_INT);
                    case "cuDeviceGetAttribute" -> stub(arena, "attribute", ADDRESS, JAVA_INT, JAVA_INT);
                    case "cuDeviceTotalMem_v2" -> stub(arena, "memory", ADDRESS, JAVA_INT);
                    case "cuDeviceGetName" -> stub(arena, "name", ADDRESS, JAVA_INT, JAVA_INT);
                    case "cuGetErrorString" -> stub(arena, "words", JAVA_INT, ADDRESS);
                    default -> throw new AssertionError(name);
                });
    }

    private static MemorySegment stub(Arena arena, String method, MemoryLayout... arguments) {
        Class<?>[] types = Arrays.stream(arguments)
                .map(layout -> layout == JAVA_INT ? int.class : MemorySegment.class)
                .toArray(Class<?>[]::new);
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup()
                                    .findStatic(CudaDriverTest.class, method, MethodType.methodType(int.class, types)),
                            FunctionDescriptor.of(JAVA_INT, arguments),
                            arena);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static int init(int flags) {
        return flags;
    }

    static int initWithoutDevice(int flags) {
        return NO_DEVICE;
    }

    static int version(MemorySegment out) {
        return put(out, 13010);
    }

    static int count(MemorySegment out) {
        return put(out, 2);
    }

    /** A device's number need not be its place. */
    static int device(MemorySegment out, int ordinal) {
        return put(out, 10 + ordinal);
    }

    static int attribute(MemorySegment out, int attribute, int device) {
        return put(
                out,
                switch (attribute) {
                    case 75 -> 9;
                    case 76 -> device - 10;
                    default -> throw new AssertionError(attribute);
                });
    }

    static int memory(MemorySegment out, int device) {
        out.reinterpret(Long.BYTES).set(JAVA_LONG, 0, (long) (device - 2) << 30);
        return 0;
    }

    static int name(MemorySegment out, int length, int device) {
        out.reinterpret(length).setString(0, "GPU " + device);
        return 0;
    }

    static int words(int error, MemorySegment out) {
        out.reinterpret(Long.BYTES)
                .set(
                        ADDRESS,
                        0,
                        Arena.global()
                                .allocateFrom(error == NO_DEVICE ? "no CUDA-capable device is detected" : "unknown"));
        return 0;
    }

    private static int put(MemorySegment out, int value) {
        out.reinterpret(Integer.BYTES).set(JAVA_INT, 0, value);
        return 0;
    }
}
