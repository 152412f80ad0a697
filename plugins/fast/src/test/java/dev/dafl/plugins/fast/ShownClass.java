package dev.dafl.plugins.fast;

import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/** Cross-entropy of the teacher's logits against the classes that the images are to show, as the bundle of that name has it. */
final class ShownClass implements LossTerm<NoOptions> {

    @Override
    public String name() {
        return "target-class";
    }

    @Override
    public String description() {
        return "cross-entropy against the wanted classes";
    }

    @Override
    public NoOptions defaults() {
        return NoOptions.INSTANCE;
    }

    @Override
    public Set<Need> needs(NoOptions options) {
        return Set.of(Need.TARGETS);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, NoOptions options) {
        return Functional.crossEntropy(batch.teacherLogits(), batch.targets());
    }
}
