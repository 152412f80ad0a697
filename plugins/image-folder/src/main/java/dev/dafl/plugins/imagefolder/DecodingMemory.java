package dev.dafl.plugins.imagefolder;

import java.util.concurrent.Semaphore;

/** Shares half of the Java heap among threads that decode: large photographs wait for one another, small ones do not. */
final class DecodingMemory {

    /** A pixel as it was decoded, as the network wants it, and as numbers while it is resized. */
    private static final int BYTES_A_PIXEL = 16;

    private static final int UNIT = 1 << 20;

    private final int units = Math.clamp(Runtime.getRuntime().maxMemory() / 2 / UNIT, 1, Integer.MAX_VALUE);
    private final Semaphore free = new Semaphore(units, true);

    /** What one image takes, until it is closed. */
    record Claim(Semaphore free, int taken) implements AutoCloseable {

        @Override
        public void close() {
            free.release(taken);
        }
    }

    /** Waits until there is room; one that is larger than all of it has all of it. A thread claims one at a time. */
    Claim claim(long pixels) {
        int wanted = (int) Math.min(units, 1 + pixels * BYTES_A_PIXEL / UNIT);
        free.acquireUninterruptibly(wanted);
        return new Claim(free, wanted);
    }
}
