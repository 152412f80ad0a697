package dev.dafl.plugins.predfkd;

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
 * PRE-DFKD (Binici et al., <i>Robust and Resource-Efficient Data-Free Knowledge Distillation by Generative Pseudo Replay</i>,
 * 2022). A generator looks for images on which the logits of teacher and student are far apart, and so moves away from what it made
 * before, which the student then forgets. A variational autoencoder remembers it: it learns the generator's images together with
 * images that it makes itself, and so does not forget either. A part of each of the student's batches is its own. No image is kept.
 *
 * <p>The encoder, the weights of the losses, the memory's step in every round and the number of the student's steps are choices of
 * ours. The decoder is a generator of the same kind as the other.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class PreDfkd implements SynthesizerFactory<PreDfkd.Options> {

    private static final int USUAL_BATCH = 1024;

    /**
     * @param generator that is trained, and what the memory makes images with
     * @param losses whose weighted sum the generator makes small
     * @param learningRate of the generator's Adam, above 0
     * @param steps of the generator in each round
     * @param batch images of a step of the generator, at least 2; 0 is as many as the student's
     * @param memoryLearningRate of the memory's Adam, above 0
     * @param memorySteps of the memory in each round
     * @param beta weight of the divergence from N(0, 1) in the memory's loss, above 0: see {@link Recollection}
     * @param share of the memory in the student's batches, and in what the memory learns from, from 0 to below 1
     */
    public record Options(
            PluginReference generator,
            List<LossReference> losses,
            @Range(above = 0) double learningRate,
            @Range(min = 1) int steps,
            @Range(min = 0) int batch,
            @Range(above = 0) double memoryLearningRate,
            @Range(min = 1) int memorySteps,
            @Range(above = 0) double beta,
            @Range(min = 0, below = 1) double share) {

        public Options {
            Ranges.require(
                    Options.class,
                    generator,
                    losses,
                    learningRate,
                    steps,
                    batch,
                    memoryLearningRate,
                    memorySteps,
                    beta,
                    share);
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

    @Override
    public String name() {
        return "pre-dfkd";
    }

    @Override
    public String description() {
        return "generator against student, and an autoencoder that remembers its earlier images (PRE-DFKD, 2022)";
    }

    @Override
    public Options defaults() {
        return new Options(
                new PluginReference("dcgan", Map.of("latent", 256, "output", "sigmoid")),
                List.of(
                        LossReference.of("adversarial", 1, Map.of("form", "l1")),
                        LossReference.of("one-hot", 1),
                        LossReference.of("information-entropy", 5)),
                1e-3,
                1,
                0,
                1e-3,
                1,
                0.1,
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

    /** The rounds are the published 400 epochs of 36. */
    @Override
    public Map<String, Object> suited(Options options) {
        return Map.of(
                "distillation.loss",
                "logit-matching",
                "distillation.batch",
                USUAL_BATCH,
                "distillation.augment",
                Map.of("crop-padding", 4),
                "distillation.schedule",
                Map.of("kind", "rounds", "rounds", 14_400, "round-student-steps", 5),
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
        return new PreDfkdSynthesizer(synthesis, options);
    }
}
