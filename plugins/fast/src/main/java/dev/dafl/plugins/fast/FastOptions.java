package dev.dafl.plugins.fast;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.util.List;

/**
 * Options of {@link Fast}. The paper's for other numbers of steps: 2 steps with the rates 0.005 and 0.015, 10 with 0.002 and 0.01.
 *
 * @param generator that is trained; {@code dcgan} with 256 columns and a sigmoid
 * @param meta what a round leaves for those after it; {@code fomaml}
 * @param steps of generator and latent vectors in a round, at least 1; 5
 * @param batch images made in a round, at least 2; 256
 * @param learningRate of Adam on the generator, above 0; 0.003
 * @param latentLearningRate of Adam on the latent vectors, 0 or above; 0.01
 * @param metaLearningRate of Adam on the generator that lasts, above 0; 0.001. With {@code meta: none} there is none
 * @param resetLayerAfter rounds after which the first linear layer of the generator gets untrained values once; 120, and 0 is
 *     never
 * @param bank images that are kept for the student, at least 1; when there are more, the oldest go; 60,000
 * @param losses whose sum the images make small. With the suited schedule the adversarial one has no weight in the warm-up, in
 *     which the student has learnt nothing yet; with another schedule its weight can be given as points of that
 */
public record FastOptions(
        PluginReference generator,
        Meta meta,
        @Range(min = 1) int steps,
        @Range(min = 2) int batch,
        @Range(above = 0) double learningRate,
        @Range(min = 0) double latentLearningRate,
        @Range(above = 0) double metaLearningRate,
        @Range(min = 0) int resetLayerAfter,
        @Range(min = 1) long bank,
        List<LossReference> losses) {

    public FastOptions {
        Ranges.require(
                FastOptions.class,
                generator,
                meta,
                steps,
                batch,
                learningRate,
                latentLearningRate,
                metaLearningRate,
                resetLayerAfter,
                bank,
                losses);
        losses = List.copyOf(losses);
        if (losses.isEmpty()) {
            throw new IllegalArgumentException("losses must name at least one, such as"
                    + " [{name: target-class, weight: 0.4}]: without a loss no image is better than another");
        }
    }
}
