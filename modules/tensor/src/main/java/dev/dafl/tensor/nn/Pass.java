package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a network: whether it trains or evaluates, and what is wanted from inside. A {@linkplain #recording
 * recording} pass collects what losses look at, and only the kinds that were asked for; recorded tensors belong to the scope
 * that was open around the pass, are float32 also under autocast, and gradients flow through them.
 */
public final class Pass {

    /** What a pass can record. */
    public enum Recorded {
        /** {@link Pass#features()}. */
        FEATURES,
        /** {@link Pass#batchNormInputs()}: they keep as much memory as all activations before a batch norm. */
        BATCH_NORM_INPUTS,
        /** {@link Pass#layers()}. */
        LAYERS,
        /** {@link Pass#multiplyAdds()}. */
        MULTIPLY_ADDS
    }

    private static final Pass TRAIN = new Pass(true, false, Optional.empty(), Set.of(), Optional.empty());
    private static final Pass EVALUATE = new Pass(false, false, Optional.empty(), Set.of(), Optional.empty());
    private static final Pass FROZEN = new Pass(false, true, Optional.empty(), Set.of(), Optional.empty());

    private final boolean training;
    private final boolean frozen;
    private final Optional<RandomGenerator> numbers;
    private final Set<Recorded> recording;
    private final Optional<Share> share;
    private final List<BatchNormInput> batchNormInputs = new ArrayList<>();
    private final SequencedMap<String, Tensor> layers = new LinkedHashMap<>();
    private @Nullable Tensor features;
    private long multiplyAdds;

    private Pass(
            boolean training,
            boolean frozen,
            Optional<RandomGenerator> numbers,
            Set<Recorded> recording,
            Optional<Share> share) {
        this.training = training;
        this.frozen = frozen;
        this.numbers = numbers;
        this.recording = recording;
        this.share = share;
    }

    /** Batch norm uses the batch's statistics and updates its running ones; nothing is left to chance. */
    public static Pass train() {
        return TRAIN;
    }

    /**
     * As {@link #train()}, and layers such as {@link Dropout} draw numbers. Use one for each forward.
     *
     * @param numbers that follow from the seed and the step alone, as those of {@link RandomStream#at}
     */
    public static Pass train(RandomGenerator numbers) {
        return new Pass(true, false, Optional.of(numbers), Set.of(), Optional.empty());
    }

    /** Batch norm uses its running statistics. */
    public static Pass evaluate() {
        return EVALUATE;
    }

    /**
     * As {@link #evaluate()}, of a network that nobody trains by this pass: layers may be computed together, such as a convolution
     * and the batch norm behind it, which rounds a little differently and takes less time.
     */
    public static Pass frozen() {
        return FROZEN;
    }

    /** The same mode, with a fresh recorder of these kinds, of which there may be none. Use one for each forward. */
    public Pass recording(Set<Recorded> kinds) {
        return new Pass(training, frozen, numbers, Set.copyOf(kinds), share);
    }

    /** The same, with a recorder of its own, for one rank's rows of a batch. */
    Pass of(Share rows) {
        return new Pass(training, frozen, numbers, recording, Optional.of(rows));
    }

    /** The same, with a recorder of its own, for a whole batch. */
    Pass again() {
        return new Pass(training, frozen, numbers, recording, Optional.empty());
    }

    /** Of which rows of a batch it is a pass; empty where it is of a whole one. */
    Optional<Share> share() {
        return share;
    }

    public boolean training() {
        return training;
    }

    /** Whether layers may be computed together: the pass is {@linkplain #frozen frozen} and nobody looks between them. */
    boolean joins() {
        return frozen && !recording.contains(Recorded.BATCH_NORM_INPUTS);
    }

    /** Where layers draw; empty in evaluation and where nothing is left to chance. */
    public Optional<RandomGenerator> numbers() {
        return numbers;
    }

    /** Whether it records that: a network that frees tensors on its way must leave those that are recorded. */
    public boolean records(Recorded kind) {
        return recording.contains(kind);
    }

    /** A classifier calls this with the activations that enter its last stage of fully connected layers, {@code [n, d]}. */
    public void features(Tensor activations) {
        if (recording.contains(Recorded.FEATURES)) {
            features = activations.alias();
        }
    }

    /** What the classifier gave as its features; empty where the pass does not record them or the network names none. */
    public Optional<Tensor> features() {
        return Optional.ofNullable(features);
    }

    /**
     * A classifier calls this with activations on the way that others may want to look at, such as the results of its stages,
     * {@code [n, c, h, w]}; nothing changes them later in place.
     *
     * @param name by which they are known, the same at each pass
     */
    public void layer(String name, Tensor activations) {
        if (recording.contains(Recorded.LAYERS)) {
            layers.put(name, activations.alias());
        }
    }

    /** The activations that the classifier has named, in its order; empty where the pass does not record them or it names none. */
    public SequencedMap<String, Tensor> layers() {
        return Collections.unmodifiableSequencedMap(layers);
    }

    /** What entered each batch-norm layer, in order; empty where the pass does not record it. */
    public List<BatchNormInput> batchNormInputs() {
        return List.copyOf(batchNormInputs);
    }

    /**
     * A layer says how many products it adds up, over the whole batch; biases, pooling, activations and normalisation do not
     * count, as is usual.
     */
    public void multiplyAdds(long count) {
        if (recording.contains(Recorded.MULTIPLY_ADDS)) {
            multiplyAdds += count;
        }
    }

    /** Multiply-adds of all layers so far; 0 where the pass does not record them. */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    void batchNormInput(Tensor input, Tensor runningMean, Tensor runningVar) {
        if (recording.contains(Recorded.BATCH_NORM_INPUTS)) {
            batchNormInputs.add(new BatchNormInput(input.alias(), runningMean, runningVar));
        }
    }

    /** Lets what was recorded out of the innermost scope. */
    void recordedToOuter() {
        if (features != null) {
            features = float32(features).toOuter();
        }
        layers.replaceAll((_, activations) -> float32(activations).toOuter());
        batchNormInputs.replaceAll(recorded ->
                new BatchNormInput(float32(recorded.input()).toOuter(), recorded.runningMean(), recorded.runningVar()));
    }

    /** Records what another pass has recorded of a part of this one's batch. */
    void take(Pass part, UnaryOperator<Tensor> whole, long products) {
        if (part.features != null) {
            features = whole.apply(part.features);
        }
        part.layers.forEach((name, activations) -> layers.put(name, whole.apply(activations)));
        part.batchNormInputs.forEach(recorded -> batchNormInputs.add(
                new BatchNormInput(whole.apply(recorded.input()), recorded.runningMean(), recorded.runningVar())));
        multiplyAdds += products;
    }

    private static Tensor float32(Tensor recorded) {
        return recorded.dtype() == DType.BFLOAT16 ? recorded.to(DType.FLOAT32) : recorded;
    }

    /**
     * A batch as it entered a batch-norm layer, and what that layer saw in training.
     *
     * @param input {@code [n, c, h, w]}, float32 once the network's forward is done
     * @param runningMean {@code [c]}
     * @param runningVar {@code [c]}
     */
    public record BatchNormInput(Tensor input, Tensor runningMean, Tensor runningVar) {}
}
