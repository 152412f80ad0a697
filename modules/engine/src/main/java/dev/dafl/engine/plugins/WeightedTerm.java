package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Workspace;
import java.util.Set;

/**
 * A loss term with its options and its weight in the sum.
 *
 * @param term from a plugin
 * @param options bound to the plugin's record
 * @param weight over the run
 * @param identity of the plugin, for messages
 */
public record WeightedTerm<O extends Record>(LossTerm<O> term, O options, Ramp weight, PluginIdentity identity) {

    public String name() {
        return term.name();
    }

    /** What the term asks for besides images, latent vectors and the teacher's logits. */
    public Set<Need> needs() {
        return PluginCall.of(identity, () -> Set.copyOf(term.needs(options)));
    }

    /** Begins its part in a run. */
    public RunningTerm start(Workspace workspace) {
        return new RunningTerm(
                name(), identity, needs(), weight, PluginCall.of(identity, () -> term.start(workspace, options)));
    }
}
