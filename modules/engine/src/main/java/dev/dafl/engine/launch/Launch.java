package dev.dafl.engine.launch;

import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.RunListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Runs that were launched. Closing it ends the following of them, not the runs. May be used by any thread. */
public interface Launch extends AutoCloseable {

    /** How many of them may be followed at a time, at least 1: a local one only runs while it is followed. */
    int sideBySide();

    /**
     * Waits for the end of a run and tells what happens in it. It returns also when the run was cancelled.
     *
     * @throws IOException in one sentence, as the run's reason to have failed
     */
    void follow(Row row, RunListener listener) throws IOException;

    /** How far each is, by name. */
    Map<String, RunState> states();

    /** Asks all that are not over to save what they have and end; those that have not begun do not begin. */
    void cancel();

    @Override
    void close();

    /**
     * Cancels it as soon as somebody wants that.
     *
     * @return to be closed when nobody can want it any more
     */
    default Cancelling cancelledBy(Cancellation cancellation) {
        return Cancelling.of(cancellation, this::cancel);
    }

    /** Looks whether somebody wants a launch to end. */
    record Cancelling(Thread thread) implements AutoCloseable {

        private static final Duration LOOK = Duration.ofMillis(200);

        private static Cancelling of(Cancellation cancellation, Runnable cancel) {
            return new Cancelling(Thread.ofVirtual().start(() -> {
                try {
                    while (!cancellation.requested()) {
                        Thread.sleep(LOOK);
                    }
                    cancel.run();
                } catch (InterruptedException e) {
                    // Nobody did.
                }
            }));
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
