package dev.dafl.tensor.pickle;

import dev.dafl.tensor.pickle.Value.Global;
import dev.dafl.tensor.pickle.Value.Tuple;

/** Gives a meaning to what a pickle names. What it throws ends the reading. */
public interface PickleReader {

    /** What stands outside the pickle under this id. */
    Value persistent(Value id);

    /** What stands in the place of a call, which is not made. */
    Value call(Global function, Tuple arguments);

    /** What stands in the place of an object that Python would make without calling its constructor. */
    Value make(Global type, Tuple arguments);
}
