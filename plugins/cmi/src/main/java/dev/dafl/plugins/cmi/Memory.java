package dev.dafl.plugins.cmi;

import dev.dafl.spi.Workspace.Rows;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Embeddings of earlier images.
 *
 * @param embeddings rows {@code [d]}
 */
record Memory(Rows embeddings) {

    /**
     * Some of them, drawn evenly, where there are more than that; else all.
     *
     * @return {@code [m, d]} with m at most {@code most}; empty where nothing is remembered
     */
    Optional<Tensor> draw(int most, RandomGenerator random) {
        long there = embeddings.size();
        if (there == 0) {
            return Optional.empty();
        }
        Tensor all = embeddings.all();
        if (there <= most) {
            return Optional.of(all);
        }
        long[] which = random.longs(most, 0, there).toArray();
        return Optional.of(all.indexSelect(0, Tensor.of(which, most).to(all.device())));
    }
}
