package dev.dafl.plugins.kd;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * Mean cross-entropy of the student's logits {@code [n, k]} against the labels {@code [n]}; the teacher is not asked. With the
 * original data this is training without distillation, the row "standard back-propagation" of the paper's tables.
 */
@ServiceProvider(DistillationLoss.class)
public final class CrossEntropy implements DistillationLoss<Plugin.NoOptions> {

    @Override
    public String name() {
        return "cross-entropy";
    }

    @Override
    public String description() {
        return "cross-entropy against the labels, without the teacher; for transfer sets that have labels";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Set<Need> needs(Plugin.NoOptions options) {
        return Set.of(Need.LABELS);
    }

    @Override
    public Tensor compute(DistillationBatch batch, Plugin.NoOptions options) {
        Tensor labels = batch.labels().orElseThrow(() -> new IllegalArgumentException("cross-entropy needs labels"));
        return Functional.crossEntropy(batch.studentLogits(), labels);
    }
}
