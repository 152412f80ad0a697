package dev.dafl.host;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/** What asks a program that serves others to end: Ctrl-C, SIGTERM and SIGHUP. */
public final class EndSignals {

    private static final int BY_SIGNAL = 128;

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Begins to listen. */
    public EndSignals() {
        this(_ -> {});
    }

    /**
     * Begins to listen.
     *
     * @param heard is told at each signal the exit code of a program that it ends
     */
    public EndSignals(IntConsumer heard) {
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signal.handle(new Signal(name), signal -> {
                heard.accept(BY_SIGNAL + signal.getNumber());
                asked.countDown();
            });
        }
    }

    /** Waits for the first. */
    public void await() throws InterruptedException {
        asked.await();
    }
}
