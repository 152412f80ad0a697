package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What the engine gives a method: a workspace, the two networks as judges of images, the generator and the losses of its options. */
@ProviderType
public interface Synthesis extends Workspace {

    /** Images that the student learns from in a step. */
    int studentBatch();

    /** How often {@link Synthesizer#synthesize} will be called. */
    long rounds();

    /** Which share of the run is done, 0 to 1. */
    double progress();

    /**
     * An untrained generator of the kind that {@link SynthesizerFactory#generator} names. Its images are as the teacher's are:
     * normalised. Each name has first values of its own.
     *
     * @throws IllegalStateException where the method names no generator
     */
    Network generator(String name);

    /**
     * The columns of the generator's input {@code [n, latent]}.
     *
     * @throws IllegalStateException where the method names no generator
     */
    int latentSize();

    /**
     * What the frozen teacher says of images, with gradients into the images where they ask for them.
     *
     * @param wanted besides the logits
     */
    Judgement teacher(Tensor images, Set<Wanted> wanted);

    /**
     * What the student says of images, with gradients into the images. In evaluation mode nothing of it changes.
     *
     * @param training whether batch norm takes the batch's statistics, and puts them down
     * @param wanted besides the logits
     */
    Judgement student(Tensor images, boolean training, Set<Wanted> wanted);

    /**
     * The weighted sum of {@linkplain SynthesizerFactory#losses the method's losses}, for which the networks are asked what the
     * losses need, each once. Whoever follows its gradients back names the tensors that are to get some.
     */
    Score score(Candidates candidates);

    /**
     * Does something several times, frees after each what it made, and ends the run in between where it is to end.
     *
     * @param body gets the numbers from 0
     * @throws RuntimeException which the plugin lets pass, when the run is to end; what was done of this round is forgotten
     */
    void repeat(long times, LongConsumer body);

    /** What may be asked of a network besides its logits. */
    enum Wanted {
        FEATURES,
        LAYERS,
        BATCH_NORM_INPUTS
    }

    /**
     * What a network says of images; all float32.
     *
     * @param logits {@code [n, classes]}
     * @param features {@code [n, d]} where they were wanted
     * @param layers by the network's names, in its order, where they were wanted
     * @param batchNormInputs in order, where they were wanted
     */
    record Judgement(
            Tensor logits,
            Optional<Tensor> features,
            SequencedMap<String, Tensor> layers,
            List<BatchNormInput> batchNormInputs) {}

    /**
     * Images as a method's losses see them.
     *
     * @param total float32 without dimensions
     * @param terms the value of each loss, unweighted, by name, to be logged
     * @param teacher what the teacher said
     * @param student the student's logits where a loss asked for them
     */
    record Score(Tensor total, Map<String, Tensor> terms, Judgement teacher, Optional<Tensor> student) {

        /** The values of the losses. */
        public Map<String, Double> values() {
            Map<String, Double> values = new LinkedHashMap<>();
            terms.forEach((name, value) -> values.put(name, value.item()));
            return values;
        }
    }

    /** Images whose losses are asked for. */
    final class Candidates {

        private final Tensor images;
        private @Nullable Tensor latent;
        private @Nullable Tensor targets;
        private boolean studentTrains;

        private Candidates(Tensor images) {
            this.images = images;
        }

        /** @param images {@code [n, c, h, w]} as the teacher sees them */
        public static Candidates of(Tensor images) {
            return new Candidates(images);
        }

        /** @param value z, {@code [n, latent]}, that they were made from */
        public Candidates latent(Tensor value) {
            latent = value;
            return this;
        }

        /** @param value the classes that they are to show, int64 {@code [n]} */
        public Candidates targets(Tensor value) {
            targets = value;
            return this;
        }

        /** The student judges in training mode. */
        public Candidates studentTrains() {
            studentTrains = true;
            return this;
        }

        public Tensor images() {
            return images;
        }

        public Optional<Tensor> latent() {
            return Optional.ofNullable(latent);
        }

        public Optional<Tensor> targets() {
            return Optional.ofNullable(targets);
        }

        public boolean isStudentTraining() {
            return studentTrains;
        }
    }
}
