package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;

/**
 * A function of one tensor with parameters of its own: a layer or a whole network. Modules hold no mode and no state but
 * their parameters; what differs between training and evaluation comes with the {@link Pass}.
 */
@FunctionalInterface
public interface Layer {

    /**
     * @param input as the module documents, often {@code [n, c, h, w]}
     * @return a new tensor of the innermost scope
     */
    Tensor forward(Tensor input, Pass pass);
}
