package dev.dafl.engine.config;

/**
 * What the student learns from where it is not a generator.
 *
 * @param set the plugin, such as {@code normal-noise}, {@code alternative-data} or {@code original-data}
 * @param steps of the student; 3000
 */
public record TransferConfig(Component set, Long steps) {

    public TransferConfig {
        Require.present(set, "transfer.set", "set: normal-noise");
        steps = steps == null ? 3000 : steps;
        Require.atLeast(1, steps, "steps");
    }
}
