package dev.dafl.plugins.cmi;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import java.util.List;

/** Copies of the tensors that had the smallest loss in a round. */
final class Best {

    /** They belong to whoever made them. */
    private final List<Tensor> copies;

    private double least = Double.POSITIVE_INFINITY;

    /** @param copies to be overwritten */
    Best(Tensor... copies) {
        this.copies = List.of(copies);
    }

    /**
     * Copies tensors where their loss is less than all before. A loss that is no number is taken too, so that it does not pass
     * unseen.
     *
     * @param tensors of the shapes of the copies, in their order
     */
    void offer(double loss, Tensor... tensors) {
        if (loss >= least) {
            return;
        }
        least = loss;
        try (GradMode _ = GradMode.disabled()) {
            for (int i = 0; i < tensors.length; i++) {
                copies.get(i).copy_(tensors[i]);
            }
        }
    }
}
