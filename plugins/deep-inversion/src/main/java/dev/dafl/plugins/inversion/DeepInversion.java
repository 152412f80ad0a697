package dev.dafl.plugins.inversion;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DeepInversion (Yin et al., <i>Dreaming to Distill: Data-free Knowledge Transfer via DeepInversion</i>, 2020). There is no
 * generator: in each round the pixels x of a batch are changed, from noise, along the gradient of
 *
 * <p>H(teacher(x'), c) + 10 bn(x') + 0.001 tv(x')
 *
 * <p>with classes c that are drawn for each image, the distance bn from what the teacher's batch-norm layers saw in training, and
 * the total variation tv. x' is x moved by some pixels and perhaps mirrored, anew at each step. With {@code adversarial} it is
 * Adaptive DeepInversion: 1 - JS(teacher(x'), student(x')) is added, so that images are found on which the student is not yet
 * like the teacher. The finished images go to a store that grows, and the student learns from images drawn from it.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class DeepInversion implements SynthesizerFactory<DeepInversion.Options> {

    static final String TARGET_CLASS = "target-class";

    /**
     * @param losses whose weighted sum is made small
     * @param adversarial whether the student takes part: Adaptive DeepInversion
     * @param batch images of a round, at least 2, since a batch has to have the statistics of many images
     * @param steps of each round along the gradient
     * @param learningRate of Adam on the pixels, above 0
     * @param jitter share of the height and of the width by which images are moved at most, from 0 to below 1; a pixel that
     *     leaves at one edge comes in at the other
     * @param flip whether images are mirrored left to right in half of the steps, by chance; not for digits or letters
     * @param bank how many images are kept; older ones leave
     */
    public record Options(
            List<LossReference> losses,
            boolean adversarial,
            @Range(min = 2) int batch,
            @Range(min = 1) int steps,
            @Range(above = 0) double learningRate,
            @Range(min = 0, below = 1) double jitter,
            boolean flip,
            @Range(min = 1) long bank) {

        public Options {
            Ranges.require(Options.class, losses, adversarial, batch, steps, learningRate, jitter, flip, bank);
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new IllegalArgumentException(
                        "losses must name at least one, such as losses: [{name: target-class,"
                                + " weight: 1}, {name: batch-norm-statistics, weight: 10}]");
            }
        }
    }

    @Override
    public String name() {
        return "deep-inversion";
    }

    @Override
    public String description() {
        return "images optimised pixel by pixel until the teacher's batch-norm layers find them real (DeepInversion, 2020)";
    }

    @Override
    public Options defaults() {
        return new Options(
                List.of(
                        LossReference.of(TARGET_CLASS, 1),
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("total-variation", 1e-3)),
                false,
                256,
                1000,
                0.1,
                0.125,
                true,
                60_000);
    }

    @Override
    public List<LossReference> losses(Options options) {
        List<LossReference> losses = new ArrayList<>(options.losses());
        if (options.adversarial()) {
            losses.add(LossReference.of("adversarial", 1, Map.of("form", "js")));
        }
        return List.copyOf(losses);
    }

    /** Images have labels where a loss makes them show the drawn classes. */
    @Override
    public boolean labelled(Options options) {
        return options.losses().stream().anyMatch(loss -> loss.term().name().equals(TARGET_CLASS));
    }

    @Override
    public int imagesAtOnce(Options options) {
        return options.batch();
    }

    /** The student's are those that the field takes for CIFAR; the paper gives none for it. */
    @Override
    public Map<String, Object> suited(Options options) {
        return Map.of(
                "distillation.loss",
                Map.of("name", "knowledge-distillation", "temperature", 20),
                "distillation.batch",
                256,
                "distillation.augment",
                Map.of("crop-padding", 4),
                "distillation.schedule",
                Map.of("kind", "rounds", "rounds", 220, "round-student-steps", 400, "warm-up", 20),
                "student.optimizer",
                Map.of(
                        "name",
                        "sgd",
                        "learning-rate",
                        0.1,
                        "momentum",
                        0.9,
                        "weight-decay",
                        1e-4,
                        "schedule",
                        "cosine"));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, Options options) {
        return new PixelSynthesizer(synthesis, options, labelled(options));
    }
}
