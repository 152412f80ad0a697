package dev.dafl.libtorch;

/**
 * Hears what one thread asks libtorch to compute, by {@link OperatorCall#listen}: for each call its operator, then its
 * arguments in their order, then its tensors. Handles stay their owners'; one that is to be kept is
 * {@linkplain TensorHandles#duplicate duplicated} at once.
 */
public interface CallListener {

    /**
     * A call that libtorch has done.
     *
     * @param operator {@code namespace::name} or {@code namespace::name.overload}; also of what has a C or C++ function of
     *     its own
     */
    void called(String operator);

    void tensor(long handle);

    void tensors(long... handles);

    void integer(long value);

    void integers(long... values);

    void floating(double value);

    void floatings(double... values);

    void bool(boolean value);

    void string(String value);

    void device(int type, int index);

    /** An argument that was left out. */
    void none();

    /** A tensor that the call gave; what an operator changed in place is the very tensor that it got. */
    void result(long handle);

    /** Somebody looks into the memory of a tensor, between two calls. */
    void seen(long handle);
}
