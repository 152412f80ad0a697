package dev.dafl.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How fast something goes on, reckoned from when its steps were done. */
final class Pace {

    private static final double SECOND = 1e9;

    /** What goes on now, since when, and from which step. */
    private @Nullable Object subject;

    private long start;
    private long first;

    /** What was before says nothing of what comes. */
    void forget() {
        subject = null;
    }

    /**
     * How many seconds the rest takes; empty for the first step that is told of.
     *
     * @param of what goes on
     * @param step done so far, of {@code steps}
     * @param nanos when it was done
     */
    Optional<Double> secondsLeft(Object of, long step, long steps, long nanos) {
        if (!of.equals(subject) || step < first) {
            subject = of;
            start = nanos;
            first = step;
        }
        return step == first
                ? Optional.empty()
                : Optional.of((nanos - start) / SECOND / (step - first) * (steps - step));
    }
}
