package dev.dafl.plugins.spaceship;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The channel-wise feature exchange of SpaceshipNet (Yu, Chen, Han and Jiang, <i>Data-Free Knowledge Distillation via Feature
 * Exchange and Activation Region Constraint</i>, CVPR 2023). In a round new latent vectors z and classes are drawn, and a generator
 * and the vectors take some steps on them; the images of the step with the smallest loss go to the images that the student learns
 * from, and the feature maps inside the generator that they were made of go to a store, where the newest take the places of the
 * oldest. Then new feature maps are put together from stored ones, each channel from one of two images ({@link Exchange}), and what
 * the rest of the generator makes of them goes to the student's images too: more images, and others, for the price of half a
 * generator's forward.
 *
 * <p>This was written from what the paper's abstract says of the exchange, without its formulas and its authors' code. The 30 steps
 * of a round are the paper's. These choices are ours, and may be others there:
 *
 * <ul>
 *   <li>the generator, which is DAFL's with a sigmoid, and that it is divided behind its first batch norm, where a map has a quarter
 *       of the image's height and width ({@link LatentToMaps}, {@link MapsToImages});
 *   <li>that it goes on from round to round, with optimizers that begin anew, as that of {@code fast} with {@code meta: none};
 *   <li>the losses, their weights and all rates, which are about those of {@code fast};
 *   <li>that two different images are drawn evenly from the store for each new one, and that each of its channels is the second
 *       one's with a probability, whatever the others are;
 *   <li>that the rest of the generator is taken as it is after the round, also for older maps, and with the statistics of the batch
 *       of new images: in no other way did it make the images that the losses have judged, and its running statistics are of maps
 *       as they were, with the channels of one image going together;
 *   <li>that no loss looks at the new images, and that they have no classes: half of their channels were to show one class and half
 *       another. The bank then has none at all, and the student learns from what the teacher says.
 * </ul>
 *
 * <p>The paper's other half, a constraint that the student be active where the teacher is, whose sense is that noise in the new
 * images does no harm, is a loss of the student's and not part of the method. The distillation loss {@code attention-transfer}
 * (Zagoruyko and Komodakis) is another one to the same end, and knowledge distillation at the same time:
 * {@code distillation: {loss: {name: attention-transfer, temperature: 20}}} for two networks that hand out as many layers, as those
 * of one family do.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class SpaceshipNet implements SynthesizerFactory<SpaceshipNet.Options> {

    private static final long ROUNDS = 220;
    private static final long STUDENT_STEPS = 400;
    private static final long WARM_UP = 20;

    /**
     * @param latent columns of z; 256
     * @param width channels of the generator's last stage, at least 1; the stage before it, and the feature maps, have twice as many;
     *     64
     * @param steps of generator and latent vectors in a round, at least 1; 30
     * @param batch images trained in a round, at least 2; 256
     * @param learningRate of Adam on the generator, above 0; 0.002
     * @param latentLearningRate of Adam on the latent vectors, 0 or above; 0.01
     * @param exchanged images made of exchanged channels after each round, 0 or more; as many as the batch where it is not said. With 0
     *     nothing is stored, and the student's images have classes
     * @param share how likely a channel is to be the second image's, 0 to 1; 0.5
     * @param stored how many images' feature maps are kept to exchange channels between, no fewer than the batch; older ones are
     *     overwritten. They stand in each checkpoint, for CIFAR with 32 KiB each; 1024
     * @param bank images that are kept for the student, at least 1; when there are more, the oldest go; 120,000
     * @param losses whose weighted sum the trained images make small. With the suited schedule the adversarial one has no weight in the
     *     warm-up, in which the student has learnt nothing yet
     */
    public record Options(
            @Range(min = 1) int latent,
            @Range(min = 1) int width,
            @Range(min = 1) int steps,
            @Range(min = 2) int batch,
            @Range(above = 0) double learningRate,
            @Range(min = 0) double latentLearningRate,
            @Range(min = 0) Optional<Integer> exchanged,
            @Range(min = 0, max = 1) double share,
            @Range(min = 2) int stored,
            @Range(min = 1) long bank,
            List<LossReference> losses) {

        public Options {
            Ranges.require(
                    Options.class,
                    latent,
                    width,
                    steps,
                    batch,
                    learningRate,
                    latentLearningRate,
                    exchanged,
                    share,
                    stored,
                    bank,
                    losses);
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new IllegalArgumentException("losses must name at least one, such as"
                        + " [{name: target-class, weight: 0.4}]: without a loss no image is better than another");
            }
            if (stored < batch && exchanged.orElse(batch) > 0) {
                throw new IllegalArgumentException(
                        "stored must have room for the feature maps of a batch, " + batch + ", not for " + stored);
            }
        }

        /** How many images are made of exchanged channels after each round. */
        int exchangedImages() {
            return exchanged.orElse(batch);
        }

        boolean exchanges() {
            return exchangedImages() > 0;
        }
    }

    @Override
    public String name() {
        return "spaceshipnet";
    }

    @Override
    public String description() {
        return "a generator that also makes images of exchanged channels of stored feature maps (SpaceshipNet, 2023)";
    }

    @Override
    public Options defaults() {
        return new Options(
                256,
                64,
                30,
                256,
                2e-3,
                0.01,
                Optional.empty(),
                0.5,
                1024,
                120_000,
                List.of(
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("target-class", 0.4),
                        LossReference.of("adversarial", 1.1, Map.of("form", "masked"))));
    }

    @Override
    public List<LossReference> losses(Options options) {
        return options.losses();
    }

    /** An image of exchanged channels was meant to show no class. */
    @Override
    public boolean labelled(Options options) {
        return !options.exchanges();
    }

    @Override
    public int imagesAtOnce(Options options) {
        return Math.max(options.batch(), options.exchangedImages());
    }

    @Override
    public Map<String, Object> suited(Options options) {
        return Map.ofEntries(
                Map.entry("distillation.loss", Map.of("name", "knowledge-distillation", "temperature", 20)),
                Map.entry("distillation.batch", 256),
                Map.entry("distillation.augment", Map.of("crop-padding", 4)),
                Map.entry("distillation.schedule.rounds", ROUNDS),
                Map.entry("distillation.schedule.round-student-steps", STUDENT_STEPS),
                Map.entry("distillation.schedule.warm-up", WARM_UP),
                Map.entry(
                        "student.optimizer",
                        Map.of(
                                "name", "sgd",
                                "learning-rate", 0.2,
                                "momentum", 0.9,
                                "weight-decay", 1e-4,
                                "schedule", "cosine")));
    }

    @Override
    public Synthesizer create(Synthesis synthesis, Options options) {
        return new SpaceshipRun(synthesis, options);
    }
}
