package dev.dafl.tensor.nn;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a network: whether it trains or evaluates, and what is wanted from inside. A {@linkplain #recording
 * recording} pass collects what losses look at; recorded tensors belong to the scope that was open around the pass, and
 * gradients flow through them.
 */
public final class Pass {

    private static final Pass TRAIN = new Pass(true, false);
    private static final Pass EVALUATE = new Pass(false, false);

    private final boolean training;
    private final boolean recording;
    private final List<BatchNormInput> batchNormInputs = new ArrayList<>();
    private @Nullable Tensor features;
    private long multiplyAdds;

    private Pass(boolean training, boolean recording) {
        this.training = training;
        this.recording = recording;
    }

    /** Batch norm uses the batch's statistics and updates its running ones. */
    public static Pass train() {
        return TRAIN;
    }

    /** Batch norm uses its running statistics. */
    public static Pass evaluate() {
        return EVALUATE;
    }

    /** The same mode, with a fresh recorder. Use one for each forward. */
    public Pass recording() {
        return new Pass(training, true);
    }

    public boolean training() {
        return training;
    }

    /** A classifier calls this with the activations that enter its last stage of fully connected layers, {@code [n, d]}. */
    public void features(Tensor activations) {
        if (recording) {
            features = activations;
        }
    }

    /** What the classifier gave as its features; empty where the pass does not record or the network names none. */
    public Optional<Tensor> features() {
        return Optional.ofNullable(features);
    }

    /** What entered each batch-norm layer, in order. */
    public List<BatchNormInput> batchNormInputs() {
        return List.copyOf(batchNormInputs);
    }

    /**
     * A layer says how many products it adds up, over the whole batch; biases, pooling, activations and normalisation do not
     * count, as is usual.
     */
    public void multiplyAdds(long count) {
        if (recording) {
            multiplyAdds += count;
        }
    }

    /** Multiply-adds of all layers so far; 0 where the pass does not record. */
    public long multiplyAdds() {
        return multiplyAdds;
    }

    void batchNormInput(Tensor input, Tensor runningMean, Tensor runningVar) {
        if (recording) {
            batchNormInputs.add(new BatchNormInput(input, runningMean, runningVar));
        }
    }

    /** Lets what was recorded out of the innermost scope. */
    void recordedToOuter() {
        if (features != null) {
            features = (features.dtype() == DType.BFLOAT16 ? features.to(DType.FLOAT32) : features).toOuter();
        }
        batchNormInputs.forEach(recorded -> recorded.input().toOuter());
    }

    /**
     * A batch as it entered a batch-norm layer, and what that layer saw in training.
     *
     * @param input {@code [n, c, h, w]}
     * @param runningMean {@code [c]}
     * @param runningVar {@code [c]}
     */
    public record BatchNormInput(Tensor input, Tensor runningMean, Tensor runningVar) {}
}
