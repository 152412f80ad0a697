package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/** How far the student is from the teacher on a batch of images: what trains the student. A pure function. */
public non-sealed interface DistillationLoss<O extends Record> extends Plugin<O> {

    /** What the batch must hold besides images and logits. It is asked before anything is trained. */
    default Set<Need> needs(O options) {
        return Set.of();
    }

    /** @return the loss to be made small: one finite float32 number without dimensions */
    Tensor compute(DistillationBatch batch, O options);

    /** Parts of a {@link DistillationBatch} that not all images come with. */
    enum Need {
        /** {@link DistillationBatch#labels()}. */
        LABELS
    }

    /**
     * A batch for the student. Gradients flow through the student's logits only.
     *
     * @param images {@code [n, c, h, w]}
     * @param studentLogits float32 {@code [n, classes]}
     * @param teacherLogits float32 {@code [n, classes]}
     * @param labels int64 {@code [n]} where the images have any; generated ones have none
     */
    record DistillationBatch(Tensor images, Tensor studentLogits, Tensor teacherLogits, Optional<Tensor> labels) {

        /** A batch without labels. */
        public DistillationBatch(Tensor images, Tensor studentLogits, Tensor teacherLogits) {
            this(images, studentLogits, teacherLogits, Optional.empty());
        }
    }
}
