package dev.dafl.plugins.cmi;

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
import java.util.Set;

/**
 * Contrastive Model Inversion (Fang et al., <i>Contrastive Model Inversion for Data-Free Knowledge Distillation</i>, 2021). In
 * each round a new generator and its latent vectors z are trained together until they make one batch of images. Besides the
 * losses, which see a slightly moved view of the images, a contrastive term keeps the images apart from each other and from what
 * was made before: see {@link Contrast}. The images of the step with the smallest sum of all go to a store that grows, and the
 * student learns from images drawn from it.
 *
 * <p>Two choices that the paper leaves open: the memory holds embeddings of the views that are moved only, as they were when their
 * images were finished; and what a view shows beyond the edge of an image repeats the edge.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Cmi implements SynthesizerFactory<Cmi.Options> {

    private static final String TARGET_CLASS = "target-class";

    /**
     * @param generator that makes the images
     * @param losses whose weighted sum is made small
     * @param contrast weight of the contrastive term, 0 or more; at 0 there is none of it
     * @param batch images of a round, at least 2
     * @param steps of each round
     * @param learningRate of Adam on the generator and z, above 0
     * @param headLearningRate of Adam on the layers that embed the teacher's activations, above 0
     * @param embedding numbers in an embedding
     * @param temperature that similarities, -1 to 1, are divided by, above 0
     * @param negatives embeddings of the memory that the images of a step are held against
     * @param memory how many embeddings are remembered, no fewer than the negatives; older ones are overwritten. They stand in each
     *     checkpoint, with {@code 4 embedding} bytes each
     * @param crop the smallest share of an image that the stronger view shows, above 0 to 1
     * @param shift share of the height and of the width by which the other view is moved at most, from 0 to below 1
     * @param flip whether views may be mirrored left to right; not for digits or letters
     * @param bank how many images are kept; older ones leave
     */
    public record Options(
            PluginReference generator,
            List<LossReference> losses,
            @Range(min = 0) double contrast,
            @Range(min = 2) int batch,
            @Range(min = 1) int steps,
            @Range(above = 0) double learningRate,
            @Range(above = 0) double headLearningRate,
            @Range(min = 1) int embedding,
            @Range(above = 0) double temperature,
            @Range(min = 1) int negatives,
            @Range(min = 1) int memory,
            @Range(above = 0, max = 1) double crop,
            @Range(min = 0, below = 1) double shift,
            boolean flip,
            @Range(min = 1) long bank) {

        public Options {
            Ranges.require(
                    Options.class,
                    generator,
                    losses,
                    contrast,
                    batch,
                    steps,
                    learningRate,
                    headLearningRate,
                    embedding,
                    temperature,
                    negatives,
                    memory,
                    crop,
                    shift,
                    flip,
                    bank);
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new IllegalArgumentException("losses must name at least one, such as losses:"
                        + " [{name: batch-norm-statistics, weight: 1}, {name: target-class, weight: 1}]");
            }
            if (memory < Math.max(negatives, batch)) {
                throw new IllegalArgumentException("memory must have room for a batch and for the negatives, which are "
                        + batch + " and " + negatives + ", not for " + memory + " embeddings");
            }
        }
    }

    @Override
    public String name() {
        return "cmi";
    }

    @Override
    public String description() {
        return "a generator for each batch, and images unlike those made before (Contrastive Model Inversion, 2021)";
    }

    @Override
    public Options defaults() {
        return new Options(
                new PluginReference("dcgan", Map.of("latent", 256, "output", "sigmoid")),
                List.of(
                        LossReference.of("batch-norm-statistics", 1),
                        LossReference.of(TARGET_CLASS, 1),
                        LossReference.of("adversarial", 0.5, Map.of("form", "masked"))),
                0.8,
                256,
                200,
                1e-3,
                1e-3,
                256,
                0.1,
                4096,
                40_960,
                0.25,
                0.125,
                true,
                60_000);
    }

    @Override
    public Optional<PluginReference> generator(Options options) {
        return Optional.of(options.generator());
    }

    @Override
    public List<LossReference> losses(Options options) {
        return options.losses();
    }

    /** The embeddings are of what enters the teacher's batch-norm layers. */
    @Override
    public Set<Need> needs(Options options) {
        return options.contrast() > 0 ? Set.of(Need.TEACHER_BATCH_NORM) : Set.of();
    }

    /** Images have labels where a loss makes them show the drawn classes. */
    @Override
    public boolean labelled(Options options) {
        return options.losses().stream().anyMatch(loss -> loss.term().name().equals(TARGET_CLASS));
    }

    /** Both views of a batch. */
    @Override
    public int imagesAtOnce(Options options) {
        return options.contrast() > 0 ? 2 * options.batch() : options.batch();
    }

    @Override
    public Map<String, Object> suited(Options options) {
        return Map.of(
                "distillation.loss",
                Map.of("name", "knowledge-distillation", "temperature", 20),
                "distillation.batch",
                128,
                "distillation.augment",
                Map.of("crop-padding", 4),
                "distillation.schedule",
                Map.of("kind", "rounds", "rounds", 200, "round-student-steps", 400),
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
        return new CmiSynthesizer(synthesis, options, labelled(options));
    }
}
