package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * A loss term with its options and its weight in the sum.
 *
 * @param term from a plugin
 * @param options bound to the plugin's record
 * @param weight finite
 * @param identity of the plugin, for messages
 */
public record WeightedTerm<O extends Record>(LossTerm<O> term, O options, double weight, PluginIdentity identity) {

    public String name() {
        return term.name();
    }

    /** What the term asks for besides images, latent vectors and the teacher's logits. */
    public Set<Need> needs() {
        return PluginCall.of(identity, () -> Set.copyOf(term.needs(options)));
    }

    /** @throws PluginFailedException when it throws, or returns anything but one float32 number of the scope */
    public Tensor compute(GeneratedBatch batch) {
        return LossValue.checked(PluginCall.of(identity, () -> term.compute(batch, options)), identity);
    }
}
