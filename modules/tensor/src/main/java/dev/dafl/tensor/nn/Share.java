package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Ranks.Rows;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * One rank's rows of a batch. Outside of the network all ranks have the whole batch, and compute the same with it: so a gradient that
 * comes in from there is that of the whole batch, of which a rank needs its rows; and a gradient that goes out is put together from
 * the rows of all.
 *
 * @param count of the batch's rows
 */
record Share(Ranks ranks, long count) {

    Rows rows() {
        return Rows.of(count, ranks.rank(), ranks.size());
    }

    /** This rank's rows of {@code [count, ...]}. */
    Tensor own(Tensor whole) {
        Tensor seen = whole;
        if (GradMode.isEnabled() && whole.requiresGrad()) {
            seen = apart(whole);
            seen.onGradient(gradient -> ranks.gather(rows(gradient), count));
        }
        return rows(seen);
    }

    private Tensor rows(Tensor whole) {
        return whole.narrow(0, rows().from(), rows().count());
    }

    /** All rows {@code [count, ...]}, of which gradients go into this rank's. */
    Tensor whole(Tensor own) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor all = ranks.gather(own, count);
            if (!own.requiresGrad()) {
                return all.toOuter();
            }
            List<Tensor> parts = new ArrayList<>();
            long from = rows().from();
            long to = from + rows().count();
            if (from > 0) {
                parts.add(all.narrow(0, 0, from));
            }
            parts.add(own);
            if (to < count) {
                parts.add(all.narrow(0, to, count - to));
            }
            return Functional.cat(parts, 0).toOuter();
        }
    }

    /** Numbers drawn for the whole batch, of which this rank takes its own; its first dimension is a multiple of the batch's. */
    Tensor drawn(Tensor whole) {
        long each = whole.size(0) / count;
        return whole.narrow(0, rows().from() * each, rows().count() * each);
    }

    /** The shape that a tensor of this rank's rows, or of several for each, has for the whole batch. */
    long[] wholeShape(long[] own) {
        long[] shape = own.clone();
        shape[0] = own[0] / rows().count() * count;
        return shape;
    }

    /** The sum over all ranks of a number that each has. */
    long sum(long own) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return Math.round(ranks.sum(Tensor.of(new double[] {own}, 1)).item());
        }
    }

    /** The same tensor at a place of its own in the graph, whose gradient is that of what comes after it alone. */
    static Tensor apart(Tensor tensor) {
        return Operators.call("aten::alias").tensor(tensor).result();
    }
}
