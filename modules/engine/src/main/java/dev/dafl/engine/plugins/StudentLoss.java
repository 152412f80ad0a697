package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.DistillationLoss.Need;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * A distillation loss with its options.
 *
 * @param loss from a plugin
 * @param options bound to the plugin's record
 * @param identity of the plugin, for messages
 */
public record StudentLoss<O extends Record>(DistillationLoss<O> loss, O options, PluginIdentity identity) {

    public String name() {
        return loss.name();
    }

    /** What the loss asks for besides images and logits. */
    public Set<Need> needs() {
        return PluginCall.of(identity, () -> Set.copyOf(loss.needs(options)));
    }

    /** @throws PluginFailedException when it throws, or returns anything but one float32 number of the scope */
    public Tensor compute(DistillationBatch batch) {
        return LossValue.checked(PluginCall.of(identity, () -> loss.compute(batch, options)), identity);
    }
}
