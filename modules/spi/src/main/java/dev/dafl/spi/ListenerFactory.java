package dev.dafl.spi;

import java.io.IOException;

/** Tells somebody of runs: writes curves where people look for them, or says when a run is over. */
public non-sealed interface ListenerFactory<O extends Record> extends Plugin<O> {

    /**
     * Begins to listen to a run, when its folder is there and nothing of it is told.
     *
     * @return what hears it, and is closed with the run
     * @throws IOException when it cannot listen, in one sentence; the run goes on without it
     */
    Listener start(Listener.Start run, O options) throws IOException;
}
