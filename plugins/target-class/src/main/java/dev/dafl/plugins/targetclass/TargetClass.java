package dev.dafl.plugins.targetclass;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * Mean cross-entropy of the teacher's logits, {@code [n, k]}, against the classes that the images were meant to show,
 * {@code [n]} (Yin et al., <i>Dreaming to Distill</i>, 2020). DAFL's one-hot loss takes the teacher's own decision
 * instead, and so needs no such classes.
 */
@ServiceProvider(LossTerm.class)
public final class TargetClass implements LossTerm<Plugin.NoOptions> {

    @Override
    public String name() {
        return "target-class";
    }

    @Override
    public String description() {
        return "cross-entropy of the teacher's logits against the classes that the images were meant to show";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Set<Need> needs(Plugin.NoOptions options) {
        return Set.of(Need.TARGETS);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Plugin.NoOptions options) {
        return Functional.crossEntropy(batch.teacherLogits(), batch.targets());
    }
}
