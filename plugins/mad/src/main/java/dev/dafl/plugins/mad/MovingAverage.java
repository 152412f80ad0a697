package dev.dafl.plugins.mad;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.util.List;

/**
 * A network whose parameters follow those of another of its kind: a = m a + (1 - m) g. What batch norm has counted is each
 * network's own.
 *
 * @param network a
 * @param momentum m, from 0 to below 1
 */
record MovingAverage(Network network, double momentum) {

    /** Begins where the other is. */
    void begin(Network other) {
        network.parameters().load(other.parameters().stateDict());
    }

    /** Goes a step towards the other. */
    void follow(Network other) {
        List<Tensor> own = network.parameters().trainable();
        List<Tensor> others = other.parameters().trainable();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            for (int i = 0; i < own.size(); i++) {
                own.get(i).copy_(own.get(i).mul(momentum).addScaled(others.get(i), 1 - momentum));
            }
        }
    }
}
