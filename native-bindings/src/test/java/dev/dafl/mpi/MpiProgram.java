package dev.dafl.mpi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** One of the processes that {@link MpiTest} starts; it tells what it sees in a line. */
final class MpiProgram {

    private static final int MANY = 2_200_000;

    private MpiProgram() {}

    public static void main(String[] arguments) {
        try (Mpi mpi = Mpi.start(System.getenv());
                Arena arena = Arena.ofConfined()) {
            MemorySegment floats = arena.allocate(JAVA_FLOAT, MANY);
            for (int i = 0; i < MANY; i++) {
                floats.setAtIndex(JAVA_FLOAT, i, i % 7 + mpi.rank());
            }
            mpi.sumFloats(floats);
            boolean right = signalsAreAnswered();
            for (int i = 0; i < MANY; i++) {
                float expected = mpi.size() * (i % 7) + mpi.size() * (mpi.size() - 1) / 2f;
                right &= floats.getAtIndex(JAVA_FLOAT, i) == expected;
            }
            MemorySegment doubles = arena.allocateFrom(JAVA_DOUBLE, 0.5 + mpi.rank());
            mpi.sumDoubles(doubles);
            MemorySegment own = arena.allocateFrom(JAVA_BYTE, (byte) mpi.rank(), (byte) 9);
            MemorySegment all = arena.allocate(2L * mpi.size());
            mpi.gather(own, all);
            String text = mpi.broadcast("from " + mpi.rank());
            mpi.barrier();
            System.out.println("rank " + mpi.rank() + " of " + mpi.size() + ": " + right + ", "
                    + doubles.get(JAVA_DOUBLE, 0) + ", " + Arrays.toString(all.toArray(JAVA_BYTE)) + ", " + text + ", "
                    + mpi.version().split(" v")[0]);
        } catch (MpiException e) {
            System.out.println(e.getMessage());
        }
    }

    /**
     * In compiled code a missing object is a SIGSEGV, which the JVM answers with an exception; where a library has taken its
     * handler, this ends the process.
     */
    private static boolean signalsAreAnswered() {
        int missing = 0;
        for (int i = 0; i < 200_000; i++) {
            try {
                length(i % 1000 == 999 ? null : "text");
            } catch (NullPointerException e) {
                missing++;
            }
        }
        return missing == 200;
    }

    private static int length(String text) {
        return text.length();
    }
}
