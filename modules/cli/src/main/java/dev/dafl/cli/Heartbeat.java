package dev.dafl.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks twice a second whether there is something to show, while something goes on that may be silent for long. */
final class Heartbeat implements AutoCloseable {

    private static final long APART_MILLIS = 500;

    private final ScheduledExecutorService thread;

    private Heartbeat(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** @param look called by a thread of its own until it is closed */
    static Heartbeat of(Runnable look) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("heartbeat").factory());
        // It ends with the thread; a look that fails is the last, and the run goes on.
        var _ = thread.scheduleAtFixedRate(look, APART_MILLIS, APART_MILLIS, TimeUnit.MILLISECONDS);
        return new Heartbeat(thread);
    }

    /** No look goes on after it. */
    @Override
    public void close() {
        thread.close();
    }
}
