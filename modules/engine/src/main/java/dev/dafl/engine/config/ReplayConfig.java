package dev.dafl.engine.config;

import dev.dafl.spi.Range;

/**
 * More steps of the student on images that were generated before. They cost little, since nothing is generated and the
 * generator gets no gradients, and keep the student from forgetting what earlier generators made. Not in the paper.
 *
 * @param steps after each step of the student on fresh images; 3
 * @param batches that are remembered, drawn evenly from all that were made while generators were trained; 64
 * @param distort how much each image is turned, slanted, stretched, moved and made paler or stronger at random, from 0, not at
 *     all, to 1; the teacher judges what came out; 1
 */
public record ReplayConfig(
        @Range(min = 1) Integer steps,
        @Range(min = 1) Integer batches,
        @Range(min = 0, max = 1) Double distort) {

    public ReplayConfig {
        steps = steps == null ? 3 : steps;
        batches = batches == null ? 64 : batches;
        distort = distort == null ? 1 : distort;
    }
}
