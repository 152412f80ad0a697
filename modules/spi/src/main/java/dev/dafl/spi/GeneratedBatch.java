package dev.dafl.spi;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A batch of images that were made and what the networks say of it. All floating tensors are float32.
 */
public final class GeneratedBatch {

    private final Builder all;

    private GeneratedBatch(Builder all) {
        this.all = all;
    }

    /**
     * A batch, for the engine and for tests of loss terms. What a term does not need may be left out.
     *
     * @param images x, {@code [n, c, h, w]}
     * @param teacherLogits y, {@code [n, classes]}
     * @param normalization what the teacher's images were normalised with
     */
    public static Builder of(Tensor images, Tensor teacherLogits, Normalization normalization) {
        return new Builder(images, teacherLogits, normalization);
    }

    /** z, {@code [n, latent]}, of images that a generator made. */
    public Tensor latent() {
        return there(
                all.latent,
                "the images of this method come from no latent vectors: the loss term is for methods with a generator");
    }

    /** x, {@code [n, c, h, w]}, such as G(z). */
    public Tensor images() {
        return all.images;
    }

    /** y, {@code [n, classes]}. */
    public Tensor teacherLogits() {
        return all.teacherLogits;
    }

    /** f, {@code [n, d]}: what enters the teacher's last stage of fully connected layers. */
    public Tensor teacherFeatures() {
        return there(
                all.teacherFeatures,
                "a loss term that reads the teacher's features names Need.TEACHER_FEATURES in needs(), and the teacher"
                        + " hands them to Pass.features");
    }

    /** The teacher's activations inside, by the names that it gives them, in its order; see {@link dev.dafl.tensor.nn.Pass#layer}. */
    public SequencedMap<String, Tensor> teacherLayers() {
        return there(
                all.teacherLayers, "a loss term that reads the teacher's layers names Need.TEACHER_LAYERS in needs()");
    }

    /** {@code [n, classes]}, of the student as it is, in evaluation mode unless the method says otherwise. */
    public Tensor studentLogits() {
        return there(
                all.studentLogits, "a loss term that reads the student's logits names Need.STUDENT_LOGITS in needs()");
    }

    /** The classes, int64 {@code [n]}, that the images were meant to show. */
    public Tensor targets() {
        return there(
                all.targets,
                "a loss term that reads target classes names Need.TARGETS in needs(), and the method gives them");
    }

    /** What entered each of the teacher's batch-norm layers, in order; empty where it has none. */
    public List<BatchNormInput> batchNormInputs() {
        return all.batchNormInputs;
    }

    /** What the teacher's images were normalised with, and so what the values in {@link #images()} mean. */
    public Normalization normalization() {
        return all.normalization;
    }

    /** The round in which the batch was made, from 0: one generator step, or the whole inner loop of a method that has one. */
    public long round() {
        return all.round;
    }

    /** Which share of the run is done, 0 to 1. */
    public double progress() {
        return all.progress;
    }

    /** Whether the student has not begun to learn: what it says means nothing yet. */
    public boolean warmUp() {
        return all.warmUp;
    }

    private static <T> T there(@Nullable T value, String otherwise) {
        return Optional.ofNullable(value).orElseThrow(() -> new IllegalStateException(otherwise));
    }

    /** Gathers a batch. */
    public static final class Builder {

        private final Tensor images;
        private final Tensor teacherLogits;
        private final Normalization normalization;
        private @Nullable Tensor latent;
        private @Nullable Tensor teacherFeatures;
        private @Nullable SequencedMap<String, Tensor> teacherLayers;
        private @Nullable Tensor studentLogits;
        private @Nullable Tensor targets;
        private List<BatchNormInput> batchNormInputs = List.of();
        private long round;
        private double progress;
        private boolean warmUp;

        private Builder(Tensor images, Tensor teacherLogits, Normalization normalization) {
            this.images = images;
            this.teacherLogits = teacherLogits;
            this.normalization = normalization;
        }

        /** See {@link GeneratedBatch#latent}. */
        public Builder latent(Tensor value) {
            latent = value;
            return this;
        }

        /** See {@link GeneratedBatch#teacherFeatures}. */
        public Builder teacherFeatures(Tensor value) {
            teacherFeatures = value;
            return this;
        }

        /** See {@link GeneratedBatch#teacherLayers}. */
        public Builder teacherLayers(SequencedMap<String, Tensor> value) {
            teacherLayers = new LinkedHashMap<>(value);
            return this;
        }

        /** See {@link GeneratedBatch#studentLogits}. */
        public Builder studentLogits(Tensor value) {
            studentLogits = value;
            return this;
        }

        /** See {@link GeneratedBatch#targets}. */
        public Builder targets(Tensor value) {
            targets = value;
            return this;
        }

        /** See {@link GeneratedBatch#batchNormInputs}. */
        public Builder batchNormInputs(List<BatchNormInput> value) {
            batchNormInputs = List.copyOf(value);
            return this;
        }

        /** See {@link GeneratedBatch#round}; 0 where it is not given. */
        public Builder round(long value) {
            round = value;
            return this;
        }

        /** See {@link GeneratedBatch#progress}; 0 where it is not given. */
        public Builder progress(double value) {
            progress = value;
            return this;
        }

        /** See {@link GeneratedBatch#warmUp}; false where it is not given. */
        public Builder warmUp(boolean value) {
            warmUp = value;
            return this;
        }

        /** The batch; this builder is done with. */
        public GeneratedBatch build() {
            return new GeneratedBatch(this);
        }
    }
}
