package dev.dafl.plugins.losses;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;

/**
 * The one-hot loss (DAFL, equation 3): mean cross-entropy of the teacher's logits {@code [n, k]} against their own argmax,
 * (1/n) sum_i H(y_i, t_i). Images that the teacher is sure of make it small. No gradient passes through the argmax.
 */
@ServiceProvider(LossTerm.class)
public final class OneHot implements LossTerm<Plugin.NoOptions> {

    @Override
    public String name() {
        return "one-hot";
    }

    @Override
    public String description() {
        return "cross-entropy of the teacher's logits against their own argmax";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Plugin.NoOptions options) {
        Tensor logits = batch.teacherLogits();
        return Functional.crossEntropy(logits, logits.detach().argmax(1));
    }
}
