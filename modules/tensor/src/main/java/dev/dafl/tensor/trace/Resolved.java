package dev.dafl.tensor.trace;

import dev.dafl.tensor.OperatorLog.Argument;
import java.util.List;

/** An argument of an operator, for all batches. */
public sealed interface Resolved {

    record One(Value value) implements Resolved {}

    record Several(List<Value> values) implements Resolved {}

    record Number(Size size) implements Resolved {}

    record Numbers(List<Size> sizes) implements Resolved {}

    /** What is the same for all batches. */
    record Plain(Argument argument) implements Resolved {}
}
