package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.LossTerm.Started;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * A loss term in a run.
 *
 * @param identity of the plugin, for messages
 * @param weight over the run
 */
public record RunningTerm(String name, PluginIdentity identity, Set<Need> needs, Ramp weight, Started started) {

    /** @throws PluginFailedException when it throws, or returns anything but one float32 number of the scope */
    public Tensor compute(GeneratedBatch batch) {
        return LossValue.checked(PluginCall.of(identity, () -> started.compute(batch)), identity);
    }
}
