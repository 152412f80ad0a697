package dev.dafl.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM while a run is under way: the Java machine begins to shut down and waits here until the run has saved
 * what it has.
 */
final class Interruption implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final AtomicBoolean SHUTTING_DOWN = new AtomicBoolean();

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("dafl-interruption").unstarted(this::await);

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean requested() {
        return SHUTTING_DOWN.get();
    }

    /** The run is over; nothing has to be waited for any more. */
    @Override
    public void close() {
        done.countDown();
        if (!SHUTTING_DOWN.get()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Ends the process, unless a signal is ending it already: a second exit would wait for the first for ever. */
    static void exit(int code) {
        if (!SHUTTING_DOWN.get()) {
            System.exit(code);
        }
    }

    private void await() {
        SHUTTING_DOWN.set(true);
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
