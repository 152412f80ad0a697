package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.SynthesizerFactory.Need;
import java.io.IOException;
import java.util.Set;

/**
 * A method with its options.
 *
 * @param method from a plugin
 * @param options bound to the plugin's record
 * @param pointer where it stands in the file
 * @param identity of the plugin, for messages
 */
public record BoundMethod<O extends Record>(
        SynthesizerFactory<O> method, O options, String pointer, PluginIdentity identity) {

    /** What it asks of the networks itself. */
    public Set<Need> needs() {
        return PluginCall.of(identity, () -> Set.copyOf(method.needs(options)));
    }

    /** Whether its batches have labels. */
    public boolean labelled() {
        return PluginCall.of(identity, () -> method.labelled(options));
    }

    /** How many images it sends through the networks at once. */
    public int imagesAtOnce() {
        return PluginCall.of(identity, () -> method.imagesAtOnce(options));
    }

    /**
     * Begins its part in a run.
     *
     * @throws IllegalArgumentException when its options do not do for the run
     * @throws IOException when it cannot read a file
     */
    public Synthesizer create(Synthesis synthesis) throws IOException {
        return PluginCall.making(identity, () -> method.create(synthesis, options));
    }
}
