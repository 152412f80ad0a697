package dev.dafl.engine.config;

/**
 * More steps of the student on images that were generated before. They cost little, since nothing is generated and the
 * generator gets no gradients, and keep the student from forgetting what earlier generators made. Not in the paper.
 *
 * @param steps after each step of the student on fresh images; 3
 * @param batches that are remembered, drawn evenly from all that were made while generators were trained; 64
 * @param distort how much each image is turned, slanted, stretched, moved and made paler or stronger at random, from 0, not at
 *     all, to 1; the teacher judges what came out; 1
 */
public record ReplayConfig(Integer steps, Integer batches, Double distort) {

    public ReplayConfig {
        steps = steps == null ? 3 : steps;
        batches = batches == null ? 64 : batches;
        distort = distort == null ? 1 : distort;
        Require.atLeast(1, steps, "steps");
        Require.atLeast(1, batches, "batches");
        Require.share(distort, "distort");
    }
}
