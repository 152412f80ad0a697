package dev.dafl.tensor.trace;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A tensor of a graph. Each has one object and is told apart by it ({@code ==}): two of the same shape may be equal. */
public sealed interface Value {

    DType dtype();

    List<Size> shape();

    default int dim() {
        return shape().size();
    }

    /** What the network is given. */
    record Input(DType dtype, List<Size> shape) implements Value {}

    /** What an operator gives that depends on the input. */
    record Computed(DType dtype, List<Size> shape) implements Value {}

    /**
     * What does not depend on the input's elements: a parameter, a buffer, a constant, or what was computed of these alone.
     *
     * @param name in the state dict; empty for what is not in it
     * @param content its elements; along a dimension that grows with the batch all are the same, and this has one of them.
     *     Belongs to the graph
     */
    record Stored(DType dtype, List<Size> shape, Optional<String> name, Tensor content) implements Value {}
}
