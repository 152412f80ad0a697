package dev.dafl.onnx.operators;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;

/** What a node does with each batch. */
@FunctionalInterface
public interface Step {

    /** @return the node's outputs, as many as it has; new tensors of the innermost scope, none of them an input itself */
    List<Tensor> run(Frame frame);

    /** A step with one output. */
    @FunctionalInterface
    interface Single {

        Tensor run(Frame frame);

        /** The same; what lies between input and output is freed at once. */
        default Single tidy() {
            return frame -> {
                try (TensorScope _ = TensorScope.open()) {
                    return run(frame).toOuter();
                }
            };
        }
    }
}
