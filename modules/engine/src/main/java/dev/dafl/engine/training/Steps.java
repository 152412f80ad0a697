package dev.dafl.engine.training;

import dev.dafl.tensor.state.Stateful;

/** A training, step by step. What runs it is a {@link StepLoop}. */
interface Steps extends Stateful {

    /** How many steps are done. */
    long done();

    /** Whether there is nothing more to do. */
    boolean finished();

    /** Takes the next step. What it makes belongs to the innermost scope, which is closed after it. */
    void step();
}
