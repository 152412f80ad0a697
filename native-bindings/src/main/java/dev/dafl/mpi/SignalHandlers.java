package dev.dafl.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The handlers of signals that the JVM has set, kept over the start of an MPI. UCX, which most builds of MPI load, takes those of
 * crashes for itself, and the JVM needs them: a null check and a safepoint of compiled code are a SIGSEGV that it answers. With
 * UCX's handler one of them ends the process, sooner or later.
 */
final class SignalHandlers implements AutoCloseable {

    /** Hangup, interrupt, quit, ill, trap, bus, fpe, segv, usr2, pipe, term, xfsz: Linux' numbers on x86-64 and AArch64. */
    private static final int[] OF_THE_JVM = {1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 15, 25};

    /** At least a {@code struct sigaction}, which has 152 bytes in glibc and in musl. */
    private static final long BYTES = 256;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle sigaction = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("sigaction"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private final MemorySegment kept = arena.allocate(BYTES * OF_THE_JVM.length, Long.BYTES);

    private SignalHandlers() {
        for (int i = 0; i < OF_THE_JVM.length; i++) {
            act(OF_THE_JVM[i], MemorySegment.NULL, kept.asSlice(i * BYTES, BYTES));
        }
    }

    /** Those of now, until this is closed. */
    static SignalHandlers keep() {
        return new SignalHandlers();
    }

    /** Puts back what was set. */
    @Override
    public void close() {
        for (int i = 0; i < OF_THE_JVM.length; i++) {
            act(OF_THE_JVM[i], kept.asSlice(i * BYTES, BYTES), MemorySegment.NULL);
        }
        arena.close();
    }

    private void act(int signal, MemorySegment next, MemorySegment before) {
        int error;
        try {
            error = (int) sigaction.invokeExact(signal, next, before);
        } catch (Throwable e) {
            throw new MpiException("sigaction failed", e);
        }
        if (error != 0) {
            throw new MpiException("sigaction of signal " + signal + " gives error " + error);
        }
    }
}
