package dev.dafl.plugins.mad;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Momentum Adversarial Distillation (Do et al., <i>Momentum Adversarial Distillation: Handling Large Distribution Shifts in
 * Data-Free Knowledge Distillation</i>, 2022). A generator looks for images on which the student is not like the teacher, and
 * so moves away from what it made before, which the student then forgets. A second generator, whose parameters follow those of the
 * first slowly, a = m a + (1 - m) g after each round, still makes what was made before: a part of each of the student's batches is
 * its own.
 *
 * <p>The losses are those of DFQ, and the student's part of the run is as with DFQ too.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Mad implements SynthesizerFactory<Mad.Options> {

    private static final int USUAL_BATCH = 256;

    /**
     * @param generator that is trained
     * @param losses whose weighted sum it makes small
     * @param learningRate of the generator's Adam, above 0
     * @param steps of the generator in each round
     * @param batch images of a step of the generator, at least 2; 0 is as many as the student's
     * @param momentum m, how slowly the second generator follows, from 0 to below 1
     * @param share of the second generator in the student's batches, from 0 to 1
     */
    public record Options(
            PluginReference generator,
            List<LossReference> losses,
            @Range(above = 0) double learningRate,
            @Range(min = 1) int steps,
            @Range(min = 0) int batch,
            @Range(min = 0, below = 1) double momentum,
            @Range(min = 0, max = 1) double share) {

        public Options {
            Ranges.require(Options.class, generator, losses, learningRate, steps, batch, momentum, share);
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new IllegalArgumentException(
                        "losses must name at least one, such as [{name: adversarial, form: kl}]");
            }
            if (batch < 0 || batch == 1) {
                throw new IllegalArgumentException("batch must be at least 2, or 0 for the student's, not " + batch);
            }
        }
    }

    @Override
    public String name() {
        return "mad";
    }

    @Override
    public String description() {
        return "generator against student, and a slower copy of it against forgetting (Momentum Adversarial Distillation, 2022)";
    }

    @Override
    public Options defaults() {
        return new Options(
                new PluginReference("dcgan", Map.of("latent", 256, "output", "sigmoid")),
                List.of(
                        LossReference.of("adversarial", 1, Map.of("form", "kl")),
                        LossReference.of("batch-norm-statistics", 1),
                        LossReference.of("one-hot", 1),
                        LossReference.of("information-entropy", 20, Map.of("base", Math.E))),
                1e-3,
                1,
                0,
                0.95,
                0.5);
    }

    @Override
    public Optional<PluginReference> generator(Options options) {
        return Optional.of(options.generator());
    }

    @Override
    public List<LossReference> losses(Options options) {
        return options.losses();
    }

    @Override
    public int imagesAtOnce(Options options) {
        return options.batch() == 0 ? USUAL_BATCH : options.batch();
    }

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
                Map.of("kind", "rounds", "rounds", 8_000, "round-student-steps", 10),
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
        return new MadSynthesizer(synthesis, options);
    }
}
