package dev.dafl.engine.training;

import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.tensor.Tensor;

/**
 * A distillation loss with its options.
 *
 * @param loss from a plugin
 * @param options bound to the plugin's record
 */
public record StudentLoss<O extends Record>(DistillationLoss<O> loss, O options) {

    String name() {
        return loss.name();
    }

    Tensor compute(DistillationBatch batch) {
        return LossValue.checked(loss.compute(batch, options), loss.name());
    }
}
