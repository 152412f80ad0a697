package dev.dafl.workspace;

import dev.dafl.tensor.state.Stateful;

/** Something in a workspace that has a state and is closed with it. */
interface Part extends Stateful, AutoCloseable {

    @Override
    void close();
}
