package dev.dafl.engine.config;

import dev.dafl.spi.Range;

/**
 * What is done about a generator that died: made losses that are no numbers, images that are all alike, or images of
 * nearly one class.
 *
 * @param onCollapse {@code recover}: back to the last good generator and on with a lower rate; {@code stop}: end the run
 *     as failed; {@code ignore}: go on. A loss that is no number is never ignored.
 * @param classShare share of a batch in one class from which the generator counts as collapsed; 0.9
 * @param diversity share of the healthy variety among images below which it counts as collapsed; 0.2
 * @param patience looks in a row that must find it so; 3
 * @param rateFactor of the generator's learning rate at each recovery; 0.3
 * @param maxRecoveries after which the run ends with the best student so far; 5
 */
public record GuardConfig(
        OnCollapse onCollapse,
        @Range(min = 0, max = 1) Double classShare,
        @Range(min = 0, max = 1) Double diversity,
        @Range(min = 1) Integer patience,
        @Range(above = 0, max = 1) Double rateFactor,
        @Range(min = 0) Integer maxRecoveries) {

    // As if all keys were left out.
    @SuppressWarnings("NullAway")
    static final GuardConfig DEFAULTS = new GuardConfig(null, null, null, null, null, null);

    /** What to do. */
    public enum OnCollapse {
        RECOVER,
        STOP,
        IGNORE
    }

    /** One that finds nothing wrong with any generator, but where a teacher's logits are no numbers. */
    public static GuardConfig overlooking() {
        return new GuardConfig(
                OnCollapse.IGNORE, 1.0, 0.0, DEFAULTS.patience(), DEFAULTS.rateFactor(), DEFAULTS.maxRecoveries());
    }

    public GuardConfig {
        onCollapse = onCollapse == null ? OnCollapse.RECOVER : onCollapse;
        classShare = classShare == null ? 0.9 : classShare;
        diversity = diversity == null ? 0.2 : diversity;
        patience = patience == null ? 3 : patience;
        rateFactor = rateFactor == null ? 0.3 : rateFactor;
        maxRecoveries = maxRecoveries == null ? 5 : maxRecoveries;
    }
}
