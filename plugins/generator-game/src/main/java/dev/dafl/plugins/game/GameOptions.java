package dev.dafl.plugins.game;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.util.List;

/**
 * Options of a game between a generator and the student.
 *
 * @param generator that is trained
 * @param losses whose weighted sum it makes small
 * @param learningRate of the generator's Adam with betas 0.5 and 0.999, above 0
 * @param schedule of that rate over the run
 * @param steps of the generator in each round
 * @param batch images of a step of the generator; 0 is as many as the student's
 * @param clipNorm the generator's gradients are shortened to this length where they are longer; 0 leaves them
 */
public record GameOptions(
        PluginReference generator,
        List<LossReference> losses,
        @Range(above = 0) double learningRate,
        RateSchedule schedule,
        @Range(min = 1) int steps,
        @Range(min = 0) int batch,
        @Range(min = 0) double clipNorm) {

    /** How the learning rate changes. */
    public enum RateSchedule {
        CONSTANT,
        /** Half a cosine to 0 over the run. */
        COSINE
    }

    public GameOptions {
        Ranges.require(GameOptions.class, generator, losses, learningRate, schedule, steps, batch, clipNorm);
        losses = List.copyOf(losses);
        if (losses.isEmpty()) {
            throw new IllegalArgumentException(
                    "losses must name at least one, such as [{name: adversarial, form: l1}]");
        }
        if (batch < 0 || batch == 1) {
            throw new IllegalArgumentException("batch must be at least 2, or 0 for the student's, not " + batch);
        }
    }
}
