package dev.dafl.spi;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Makes what the student learns from where that is not a generator: noise, other data, the original data, images that are
 * reconstructed from what the teacher remembers. The baselines that data-free distillation is compared with are of this kind.
 */
public non-sealed interface TransferSetFactory<O extends Record> extends Plugin<O> {

    /**
     * The other datasets that the set is made from. They are looked for, loaded and compared with the teacher's images before
     * anything is trained.
     */
    default List<PluginReference> datasets(O options) {
        return List.of();
    }

    /** What the set is made from besides the teacher's judgement and {@linkplain #datasets other data}. It is asked before anything is trained. */
    default Set<Need> needs(O options) {
        return Set.of();
    }

    /** Whether each batch of the set has labels. It is asked before anything is trained. */
    default boolean labelled(O options) {
        return false;
    }

    /** What is there only where the data are that the teacher was trained on. */
    enum Need {
        /** {@link TransferSource#original()}. */
        ORIGINAL_IMAGES,
        /** {@link TransferSource#statistics()}. */
        ACTIVATION_STATISTICS
    }

    /**
     * Prepares the set, which may take a while. What the set keeps belongs to the innermost scope, which stays open as long
     * as the student learns.
     *
     * @param source everything that the set may be made from
     * @throws IOException when data that it needs are not there or not sound, in one sentence
     * @throws IllegalArgumentException when it cannot be made for this experiment; the message is shown with file and line
     */
    TransferSet create(TransferSource source, O options) throws IOException;
}
