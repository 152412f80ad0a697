package dev.dafl.spi;

import java.io.IOException;
import java.util.List;

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
