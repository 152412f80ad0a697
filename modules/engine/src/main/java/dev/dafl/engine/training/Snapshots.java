package dev.dafl.engine.training;

import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.optim.Optimizer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * The last few good states of a run, newest first. All memory is taken at the start and written over again and again, so
 * a long run needs no more than a short one.
 */
final class Snapshots implements AutoCloseable {

    private static final int KEPT = 3;

    private final Network generator;
    private final Network student;
    private final Optimizer studentOptimizer;
    private final Deque<Snapshot> kept = new ArrayDeque<>();
    private final Deque<Snapshot> free = new ArrayDeque<>();

    /** Begins with the state as it is, as step 0. */
    Snapshots(Network generator, Network student, Optimizer studentOptimizer) {
        this.generator = generator;
        this.student = student;
        this.studentOptimizer = studentOptimizer;
        for (int i = 0; i < KEPT; i++) {
            free.push(new Snapshot(generator, student, studentOptimizer));
        }
        take(0);
    }

    /** Keeps the state after a step in place of the oldest. */
    void take(long step) {
        Snapshot next = free.isEmpty() ? kept.removeLast() : free.pop();
        next.take(step, generator, student, studentOptimizer);
        kept.push(next);
    }

    /** The step of the newest. */
    long newest() {
        return kept.peek().step();
    }

    /** Gives the newest up for the one before it, where there is one. */
    void drop() {
        if (kept.size() > 1) {
            free.push(kept.pop());
        }
    }

    /** Puts the newest state back. */
    void restore() {
        kept.peek().restore(generator, student, studentOptimizer);
    }

    @Override
    public void close() {
        Stream.concat(kept.stream(), free.stream()).forEach(Snapshot::close);
    }
}
