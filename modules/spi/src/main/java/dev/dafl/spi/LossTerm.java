package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * Scores a batch of images that were made: one of the terms whose weighted sum trains a generator, or whatever else a method
 * makes images with. A pure function, unless it {@linkplain #start starts} something of its own; gradients flow from its result
 * through the teacher into the images. The engine multiplies by the weight of the configuration and logs each term.
 *
 * <p>Whether the engine runs under bf16 autocast or not, logits, features, layers and batch-norm inputs arrive as float32.
 */
public non-sealed interface LossTerm<O extends Record> extends Plugin<O> {

    /** What the batch must hold besides the images, the latent vectors and the teacher's logits. */
    default Set<Need> needs(O options) {
        return Set.of();
    }

    /**
     * @return the loss to be made small: one finite float32 number without dimensions. A NaN or another shape ends the
     *     run with a message that names this term.
     */
    Tensor compute(GeneratedBatch batch, O options);

    /**
     * Begins the term's part in a run. A term that remembers something from batch to batch returns what computes with it; all
     * that it remembers it keeps in the workspace, so that a run that is taken up again goes on as if it had not stopped.
     *
     * @param workspace of the term alone
     */
    default Started start(Workspace workspace, O options) {
        return batch -> compute(batch, options);
    }

    /** A term in a run. */
    @FunctionalInterface
    interface Started {

        /** As {@link LossTerm#compute}. */
        Tensor compute(GeneratedBatch batch);
    }

    /** Parts of a {@link GeneratedBatch} that are computed only where a term asks for them. */
    enum Need {
        /** {@link GeneratedBatch#teacherFeatures()}. */
        TEACHER_FEATURES,
        /** {@link GeneratedBatch#teacherLayers()}. */
        TEACHER_LAYERS,
        /** {@link GeneratedBatch#studentLogits()}, with gradients into the images. */
        STUDENT_LOGITS,
        /** {@link GeneratedBatch#batchNormInputs()}. */
        BATCH_NORM_INPUTS,
        /** {@link GeneratedBatch#targets()}. */
        TARGETS
    }
}
