package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What makes libtorch faster in this process and has to be set before its libraries are loaded. Whatever the user has set
 * by environment variables stays.
 */
final class ProcessSettings {

    private ProcessSettings() {}

    static void apply() {
        defaults(System.getenv().keySet()).forEach(ProcessSettings::setDefault);
    }

    /** @param given names of the variables that the process was started with */
    static Map<String, String> defaults(Set<String> given) {
        Map<String, String> defaults = new HashMap<>();
        // OpenBLAS keeps threads of its own that spin after each product and take the cores from libtorch's OpenMP
        // threads: at batch 64 a step in fp32 takes 0.37 s with them and 0.20 s without.
        defaults.put("OPENBLAS_NUM_THREADS", "1");
        // Threads that wait for each other spin for 3 ms, and beside other programs they spin while the one that they
        // wait for has no core: a step takes some times as long so as with a fifth of a millisecond, which on an idle
        // machine costs some hundredths. It would win over a wait policy, so who sets that gets that.
        if (!given.contains("OMP_WAIT_POLICY")) {
            defaults.put("GOMP_SPINCOUNT", "20000");
        }
        return defaults;
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
