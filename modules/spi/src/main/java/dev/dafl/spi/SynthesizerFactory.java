package dev.dafl.spi;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A method of data-free distillation: how the images are made that the student learns from. A run is rounds: in each the method
 * {@linkplain Synthesizer#synthesize makes images}, then the student takes steps on {@linkplain Synthesizer#sample batches}.
 *
 * <p>What a method asks for here, it asks before anything is trained, so that a user is told at once what does not fit.
 */
public non-sealed interface SynthesizerFactory<O extends Record> extends Plugin<O> {

    /** The generator that the method trains, from its options; empty for a method that has none. */
    default Optional<PluginReference> generator(O options) {
        return Optional.empty();
    }

    /** The losses whose weighted sum {@link Synthesis#score} gives, from its options. */
    default List<LossReference> losses(O options) {
        return List.of();
    }

    /** What the method asks of the networks besides what its losses need. */
    default Set<Need> needs(O options) {
        return Set.of();
    }

    /** Whether each batch for the student has labels: the classes that its images were meant to show. */
    default boolean labelled(O options) {
        return false;
    }

    /** How many images the method sends through the networks at once, from which the memory that it takes is estimated. */
    int imagesAtOnce(O options);

    /**
     * Values of an experiment that suit the method, where the user gives none: by their keys in a file with dots between them,
     * such as {@code distillation.batch} or {@code student.optimizer}, as they would be read from there.
     */
    default Map<String, Object> suited(O options) {
        return Map.of();
    }

    /**
     * Begins the method's part in a run. The teacher may not be trained yet: nothing is asked of the networks here.
     *
     * @throws IllegalArgumentException when the options do not do for this run; the message is shown with file and line
     * @throws IOException when a file that the options name cannot be read, in one sentence
     */
    Synthesizer create(Synthesis synthesis, O options) throws IOException;

    /** What a network must have. */
    enum Need {
        /** The teacher has batch-norm layers. */
        TEACHER_BATCH_NORM,
        /** The teacher hands its features over. */
        TEACHER_FEATURES,
        /** The student hands its features over. */
        STUDENT_FEATURES,
        /** The teacher hands layers over. */
        TEACHER_LAYERS,
        /** The student hands layers over. */
        STUDENT_LAYERS
    }
}
