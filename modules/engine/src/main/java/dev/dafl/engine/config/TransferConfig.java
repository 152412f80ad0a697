package dev.dafl.engine.config;

import dev.dafl.spi.Range;
import dev.dafl.spi.TransferSetFactory;

/**
 * What the student learns from where it is not a generator.
 *
 * @param set the plugin, such as {@code normal-noise}, {@code alternative-data} or {@code original-data}
 * @param steps of the student; 3000
 * @param distort how much each image is turned, slanted, stretched, moved and made paler or stronger at random, from 0, not at
 *     all, to 1, so that the student does not learn a small set by heart; 0
 */
public record TransferConfig(
        @Needed("normal-noise") @PluginOf(TransferSetFactory.class)
        Component set,

        @Range(min = 1) Long steps,
        @Range(min = 0, max = 1) Double distort) {

    public TransferConfig {
        steps = steps == null ? 3000 : steps;
        distort = distort == null ? 0 : distort;
    }
}
