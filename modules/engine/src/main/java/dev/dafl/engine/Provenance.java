package dev.dafl.engine;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.run.RunResult;
import java.util.List;

/**
 * What a run's result follows from besides its configuration.
 *
 * @param dafl this program
 * @param plugins whose code takes part
 */
record Provenance(RunResult.Dafl dafl, List<PluginIdentity> plugins) {

    static Provenance of(List<PluginIdentity> plugins) {
        return new Provenance(RunResult.Dafl.running(), List.copyOf(plugins));
    }
}
