package dev.dafl.engine.config;

/**
 * More steps of the student on images that were generated before. They cost little, since nothing is generated and the
 * generator gets no gradients, and keep the student from forgetting what earlier generators made. Not in the paper.
 *
 * @param steps after each step of the student on fresh images; 2
 * @param batches that are remembered, drawn evenly from the whole run so far; 64
 * @param mix whether each image is blended with another one, in an even random proportion; the teacher then judges the
 *     blend, which shows the student more of the teacher than the images alone; true
 */
public record ReplayConfig(Integer steps, Integer batches, Boolean mix) {

    public ReplayConfig {
        steps = steps == null ? 2 : steps;
        batches = batches == null ? 64 : batches;
        mix = mix == null || mix;
        Require.atLeast(1, steps, "steps");
        Require.atLeast(1, batches, "batches");
    }
}
