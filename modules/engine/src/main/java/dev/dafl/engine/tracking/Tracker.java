package dev.dafl.engine.tracking;

import dev.dafl.engine.run.RunListener;

/** Tells somebody of a run. What goes wrong is no matter of the run's: nothing is thrown. */
interface Tracker extends RunListener, AutoCloseable {

    @Override
    void close();
}
