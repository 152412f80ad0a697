package dev.dafl.plugins.mnist;

import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;

/**
 * Options of all three data sets.
 *
 * @param trainLimit only the first so many images to train on; 0 is all
 * @param testLimit only the first so many images to measure on; 0 is all
 */
public record Limits(
        @Range(min = 0) int trainLimit, @Range(min = 0) int testLimit) {

    public Limits {
        Ranges.require(Limits.class, trainLimit, testLimit);
    }
}
