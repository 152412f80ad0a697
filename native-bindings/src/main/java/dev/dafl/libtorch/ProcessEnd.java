package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Ends this process without the destructors of native libraries. The C library's {@code exit}, which the JVM ends by, destroys
 * libtorch's static objects while threads may still compute with them, and such a thread crashes.
 */
final class ProcessEnd {

    private ProcessEnd() {}

    /**
     * Has {@code exit} call {@code _exit} with the same code before all that is registered until now: the last that is registered
     * is the first that is called. Does nothing where the C library has no {@code on_exit}.
     */
    static void skipDestructors() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> register = linker.defaultLookup().find("on_exit");
        Optional<MemorySegment> end = linker.defaultLookup().find("_exit");
        if (register.isEmpty() || end.isEmpty()) {
            return;
        }
        try {
            int _ = (int) linker.downcallHandle(register.get(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS))
                    .invokeExact(end.get(), MemorySegment.NULL);
        } catch (Throwable e) {
            throw new LibtorchException("on_exit failed", e);
        }
    }
}
