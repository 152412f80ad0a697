package dev.dafl.plugins.cmi;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The contrastive term: how badly an image is recognised by another view of it among other images,
 *
 * <p>-(1/n) sum_i log( exp(l_i . g_i / T) / sum_j exp(l_i . e_j / T) )
 *
 * <p>with the embeddings l_i of one view, g_i of the other, and e_j over all g and over embeddings of earlier images. It is small
 * where images are unlike each other.
 */
final class Contrast {

    /** Keeps the length of a vector of zeros from being 0. */
    private static final double EPS = 1e-12;

    private Contrast() {}

    /**
     * @param local l, {@code [n, d]}, each row of length 1
     * @param global g, {@code [n, d]}, each row of length 1
     * @param earlier {@code [m, d]}, each row of length 1, where there are any
     * @param temperature T, above 0
     * @return one number without dimensions
     */
    static Tensor loss(Tensor local, Tensor global, Optional<Tensor> earlier, double temperature) {
        Tensor all = earlier.map(e -> Functional.cat(List.of(global, e), 0)).orElse(global);
        Tensor similarity = local.matmul(all.transpose(0, 1)).div(temperature);
        long[] own = new long[Math.toIntExact(local.size(0))];
        for (int i = 0; i < own.length; i++) {
            own[i] = i;
        }
        return Functional.crossEntropy(similarity, Tensor.of(own, own.length).to(local.device()));
    }

    /** The rows of {@code [n, d]}, brought to the length 1. */
    static Tensor unit(Tensor rows) {
        return rows.div(rows.square().sum(true, 1).add(EPS).sqrt());
    }
}
