package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * Scores a generated batch: one of the terms whose weighted sum trains the generator. A pure function; gradients flow
 * from its result through the teacher into the generator. The engine multiplies by the weight of the configuration and
 * logs each term.
 *
 * <p>Whether the engine runs under bf16 autocast or not, logits, features and batch-norm inputs arrive as float32.
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

    /** Parts of a {@link GeneratedBatch} that are computed only where a term asks for them. */
    enum Need {
        /** {@link GeneratedBatch#teacherFeatures()}. */
        TEACHER_FEATURES,
        /** {@link GeneratedBatch#studentLogits()}, with gradients into the images. */
        STUDENT_LOGITS,
        /** {@link GeneratedBatch#batchNormInputs()}. */
        BATCH_NORM_INPUTS
    }
}
