package dev.dafl.engine;

import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.util.Optional;

/** The second part of a run: its student, which learns from images that are made or given. All of it is ready to begin. */
interface StudentStage {

    /** What is told of it. May warn the user, so it is asked for once. */
    Readiness ready();

    /** How long it takes, found out by a few steps; without seconds where not even these were taken in time. */
    TimeEstimate.Phase time(TimeTrial trial) throws IOException;

    /** Whether the teacher's activations are to be recorded for it. */
    default boolean needsStatistics() {
        return false;
    }

    /**
     * Has the student learn from the teacher, which has learnt by now, and puts down what came of it.
     *
     * @param kept the state of its training; empty where that begins
     */
    void run(Optional<State> kept) throws IOException;

    /**
     * What is done with one that is ready.
     *
     * @param <T> of what it gives
     */
    @FunctionalInterface
    interface Use<T> {

        T of(StudentStage stage) throws IOException;
    }
}
