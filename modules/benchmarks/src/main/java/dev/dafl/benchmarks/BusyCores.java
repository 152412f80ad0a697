package dev.dafl.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Threads of this process that compute for nobody, as other programs beside a run would. Close it to end them. */
public final class BusyCores implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();

    /** @param count of them, at least 0 */
    public BusyCores(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().name("busy-" + i).start(BusyCores::spin));
        }
    }

    private static void spin() {
        // No onSpinWait: what computes does not give way.
        while (!Thread.currentThread().isInterrupted()) {}
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
