package dev.dafl.plugins.cmi;

import dev.dafl.spi.Workspace;
import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Embeddings of earlier images; the newest overwrite the oldest.
 *
 * @param rows {@code [capacity, d]}
 * @param added how many were ever added
 */
record Memory(Tensor rows, Counter added) {

    static Memory of(Workspace workspace, int capacity, int size) {
        return new Memory(
                workspace.tensor("memory", () -> Tensor.zeros(DType.FLOAT32, workspace.device(), capacity, size)),
                workspace.counter("remembered"));
    }

    /** @param embeddings {@code [n, d]} with n at most the capacity */
    void add(Tensor embeddings) {
        long capacity = rows.size(0);
        long count = embeddings.size(0);
        long place = added.get() % capacity;
        long behind = Math.min(count, capacity - place);
        try (GradMode _ = GradMode.disabled()) {
            rows.narrow(0, place, behind).copy_(embeddings.narrow(0, 0, behind));
            if (behind < count) {
                rows.narrow(0, 0, count - behind).copy_(embeddings.narrow(0, behind, count - behind));
            }
        }
        added.set(added.get() + count);
    }

    /**
     * Some of them, drawn evenly, where there are more than that; else all.
     *
     * @return {@code [m, d]} with m at most {@code most}; empty where nothing is remembered
     */
    Optional<Tensor> draw(int most, RandomGenerator random) {
        long there = Math.min(added.get(), rows.size(0));
        if (there == 0) {
            return Optional.empty();
        }
        if (there <= most) {
            return Optional.of(rows.narrow(0, 0, there));
        }
        long[] which = new long[most];
        for (int i = 0; i < most; i++) {
            which[i] = random.nextLong(there);
        }
        return Optional.of(rows.indexSelect(0, Tensor.of(which, most).to(rows.device())));
    }
}
