package dev.dafl.tensor.state;

/**
 * Something that changes while a run goes on, and can be saved and taken up again, bit for bit: after {@link #load} it does
 * what it would have done after {@link #save}.
 */
public interface Stateful {

    /** Puts everything that it cannot make again into a state. The tensors stay this object's. */
    void save(State state);

    /**
     * Becomes what it was when the state was saved. Tensors are copied into those that it has.
     *
     * @throws StateException when the state lacks something or is of another shape
     */
    void load(State state);
}
