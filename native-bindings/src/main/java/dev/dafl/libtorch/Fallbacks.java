package dev.dafl.libtorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What libtorch before 2.13 has no function for. */
final class Fallbacks {

    private static final boolean HAS_NEW_OPTIONAL =
            libtorch_c_h.SYMBOL_LOOKUP.find("torch_new_stable_ivalue").isPresent();

    private Fallbacks() {}

    /**
     * Whether libtorch calls, with a word of ours, the function that gives memory back. One built on the way to 2.11 has
     * {@code torch_from_blob} and calls it without: munmap would take whatever length is in the register.
     */
    static boolean hasDeleters() {
        return new AbiVersion(Libtorch.callAbi()).isAtLeast(AbiVersion.of(2, 13));
    }

    /** A native word that holds the value of an optional; the dispatcher frees it. */
    static MemorySegment newOptional(MemorySegment out) {
        if (HAS_NEW_OPTIONAL) {
            NativeError.check(libtorch_c_h.torch_new_stable_ivalue(out), "making an optional argument");
            return MemorySegment.ofAddress(out.get(JAVA_LONG, 0));
        }
        // Before 2.13 libtorch's own C++ header made the word with operator new, which is malloc on glibc.
        try {
            return (MemorySegment) Malloc.MALLOC.invokeExact(Long.BYTES + 0L);
        } catch (Throwable e) {
            throw new LibtorchException("malloc failed", e);
        }
    }

    static void deleteOptional(long address) {
        if (address == 0) {
            return;
        }
        if (HAS_NEW_OPTIONAL) {
            NativeError.check(
                    libtorch_c_h.torch_delete_stable_ivalue(MemorySegment.ofAddress(address)),
                    "freeing an optional argument");
            return;
        }
        try {
            Malloc.FREE.invokeExact(MemorySegment.ofAddress(address));
        } catch (Throwable e) {
            throw new LibtorchException("free failed", e);
        }
    }

    private static final class Malloc {
        static final MethodHandle MALLOC = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("malloc"),
                        FunctionDescriptor.of(ADDRESS, JAVA_LONG));
        static final MethodHandle FREE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
    }
}
