package dev.dafl.spi;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import java.util.List;
import java.util.Optional;

/**
 * A batch that the generator made and what the networks say of it. All floating tensors are float32.
 */
public final class GeneratedBatch {

    private final Tensor latent;
    private final Tensor images;
    private final Tensor teacherLogits;
    private final Optional<Tensor> teacherFeatures;
    private final Optional<Tensor> studentLogits;
    private final List<BatchNormInput> batchNormInputs;
    private final Normalization normalization;

    /** For the engine and for tests of loss terms; leave empty what the term does not need. */
    public GeneratedBatch(
            Tensor latent,
            Tensor images,
            Tensor teacherLogits,
            Optional<Tensor> teacherFeatures,
            Optional<Tensor> studentLogits,
            List<BatchNormInput> batchNormInputs,
            Normalization normalization) {
        this.latent = latent;
        this.images = images;
        this.teacherLogits = teacherLogits;
        this.teacherFeatures = teacherFeatures;
        this.studentLogits = studentLogits;
        this.batchNormInputs = List.copyOf(batchNormInputs);
        this.normalization = normalization;
    }

    /** z, {@code [n, latent]}. */
    public Tensor latent() {
        return latent;
    }

    /** x = G(z), {@code [n, c, h, w]}. */
    public Tensor images() {
        return images;
    }

    /** y, {@code [n, classes]}. */
    public Tensor teacherLogits() {
        return teacherLogits;
    }

    /** f, {@code [n, d]}: what enters the teacher's last stage of fully connected layers. */
    public Tensor teacherFeatures() {
        return teacherFeatures.orElseThrow(() -> new IllegalStateException(
                "a loss term that reads the teacher's features names Need.TEACHER_FEATURES in needs(), and the teacher"
                        + " hands them to Pass.features"));
    }

    /** {@code [n, classes]}. */
    public Tensor studentLogits() {
        return studentLogits.orElseThrow(() -> new IllegalStateException(
                "a loss term that reads the student's logits names Need.STUDENT_LOGITS in needs()"));
    }

    /** What entered each of the teacher's batch-norm layers, in order; empty where it has none. */
    public List<BatchNormInput> batchNormInputs() {
        return batchNormInputs;
    }

    /** What the teacher's images were normalised with, and so what the values in {@link #images()} mean. */
    public Normalization normalization() {
        return normalization;
    }
}
