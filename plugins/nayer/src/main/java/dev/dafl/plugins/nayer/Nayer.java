package dev.dafl.plugins.nayer;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * NAYER (Tran et al., <i>NAYER: Noisy Layer Data Generation for Efficient and Effective Data-free Knowledge Distillation</i>,
 * 2024). The generator's input is no noise: it comes of an embedding of the class that an image is to show, through a
 * {@link NoisyLayer} that is drawn anew in each round and gives the images their variety. In a round generator and noisy layer
 * take some steps on one batch, whose classes are all equally frequent; the images of the step with the smallest loss go to the
 * images that the student learns from. From time to time the generator begins anew.
 *
 * <p>The paper takes CLIP's embeddings of the class names, which are to be given as a file. Without one the classes get vectors
 * that are orthogonal to each other and follow from the run's seed ({@link ClassEmbeddings}): these say that classes differ, but
 * not which of them are alike.
 */
@ServiceProvider(SynthesizerFactory.class)
public final class Nayer implements SynthesizerFactory<Nayer.Options> {

    private static final long ROUNDS = 220;
    private static final long STUDENT_STEPS = 400;
    private static final long WARM_UP = 20;

    /**
     * @param generator whose input the noisy layer makes; {@code dcgan} with 256 columns and a sigmoid
     * @param embedding a safetensors file with one tensor {@code [classes, d]}, its rows in the order of the classes; empty for
     *     orthogonal vectors
     * @param embeddingSize length of the orthogonal vectors, at least as many as there are classes; 512, as CLIP's. A file has a
     *     length of its own
     * @param steps of generator and noisy layer in a round, at least 1; 30, and the paper takes 40 for 100 classes
     * @param batch images made in a round, at least 2; 400
     * @param learningRate of Adam, above 0; 0.004
     * @param renewEvery rounds after which a new generator begins; 10, and 0 is never
     * @param bank images that are kept for the student, at least 1; when there are more, the oldest go; 100,000
     * @param losses whose weighted sum the images make small
     */
    public record Options(
            PluginReference generator,
            String embedding,
            @Range(min = 1) int embeddingSize,
            @Range(min = 1) int steps,
            @Range(min = 2) int batch,
            @Range(above = 0) double learningRate,
            @Range(min = 0) int renewEvery,
            @Range(min = 1) long bank,
            List<LossReference> losses) {

        public Options {
            Ranges.require(
                    Options.class,
                    generator,
                    embedding,
                    embeddingSize,
                    steps,
                    batch,
                    learningRate,
                    renewEvery,
                    bank,
                    losses);
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new IllegalArgumentException("losses must name at least one, such as"
                        + " [{name: target-class, weight: 0.5}]: without a loss no image is better than another");
            }
        }
    }

    @Override
    public String name() {
        return "nayer";
    }

    @Override
    public String description() {
        return "NAYER: a noisy layer makes images of class embeddings, which are seeded orthogonal vectors or come from a file";
    }

    @Override
    public Options defaults() {
        return new Options(
                new PluginReference("dcgan", Map.of("latent", 256, "output", "sigmoid")),
                "",
                512,
                30,
                400,
                4e-3,
                10,
                100_000,
                List.of(
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("target-class", 0.5),
                        LossReference.of("adversarial", 1.33, Map.of("form", "masked"))));
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
    public boolean labelled(Options options) {
        return true;
    }

    @Override
    public int imagesAtOnce(Options options) {
        return options.batch();
    }

    @Override
    public Map<String, Object> suited(Options options) {
        return Map.ofEntries(
                Map.entry("distillation.loss", Map.of("name", "knowledge-distillation", "temperature", 20)),
                Map.entry("distillation.batch", 512),
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
    public Synthesizer create(Synthesis synthesis, Options options) throws IOException {
        return NayerRun.begin(synthesis, options);
    }
}
