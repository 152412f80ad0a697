package dev.dafl.engine.training;

import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * A loss term with its options and its weight in the sum.
 *
 * @param term from a plugin
 * @param options bound to the plugin's record
 * @param weight finite
 */
public record WeightedTerm<O extends Record>(LossTerm<O> term, O options, double weight) {

    String name() {
        return term.name();
    }

    Set<Need> needs() {
        return term.needs();
    }

    Tensor compute(GeneratedBatch batch) {
        return LossValue.checked(term.compute(batch, options), term.name());
    }
}
