package dev.dafl.engine;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.run.RunResult;
import java.util.List;
import java.util.Optional;

/**
 * What a run's result follows from besides its configuration.
 *
 * @param dafl this program
 * @param plugins whose code takes part
 * @param command by which somebody began it, where there was one
 */
record Provenance(RunResult.Dafl dafl, List<PluginIdentity> plugins, Optional<String> command) {

    static Provenance of(List<PluginIdentity> plugins, Optional<String> command) {
        return new Provenance(RunResult.Dafl.running(), List.copyOf(plugins), command);
    }
}
