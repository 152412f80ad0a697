package dev.dafl.host;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/** What asks a program that serves others to end: Ctrl-C, SIGTERM and SIGHUP. */
public final class EndSignals {

    private final CountDownLatch asked = new CountDownLatch(1);

    /** Begins to listen. */
    public EndSignals() {
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signal.handle(new Signal(name), _ -> asked.countDown());
        }
    }

    /** Waits for the first. */
    public void await() throws InterruptedException {
        asked.await();
    }
}
