package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What makes libtorch faster in this process and has to be set before its libraries are loaded. Whatever the user has set
 * by environment variables stays.
 */
final class ProcessSettings {

    private ProcessSettings() {}

    static void apply() {
        // OpenBLAS keeps threads of its own that spin after each product and take the cores from libtorch's OpenMP
        // threads: at batch 64 a step in fp32 takes 0.37 s with them and 0.20 s without.
        setDefault("OPENBLAS_NUM_THREADS", "1");
        // Threads that wait for each other spin for milliseconds, and beside other programs they spin while the one
        // that they
        // wait for has no core: with three busy programs on two cores a step at batch 64 takes 4.9 s so and 2.2 s with
        // a
        // quarter of a millisecond, which on an idle machine costs some hundredths.
        setDefault("GOMP_SPINCOUNT", "20000");
    }

    /** Does nothing where the C library has no setenv: this is a setting, not a need. */
    private static void setDefault(String name, String value) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().find("setenv").orElse(null);
        if (function == null) {
            return;
        }
        MethodHandle setenv =
                linker.downcallHandle(function, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
        } catch (Throwable e) {
            throw new LibtorchException("setenv failed", e);
        }
    }
}
