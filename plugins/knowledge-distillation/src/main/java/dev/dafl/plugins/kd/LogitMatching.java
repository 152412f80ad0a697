package dev.dafl.plugins.kd;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/**
 * The mean absolute difference of the logits {@code [n, k]} of student and teacher (Fang et al., Data-Free Adversarial
 * Distillation, 2019, equation 3). Unlike the divergence of softened predictions it does not fade where the teacher is sure
 * of an image, so that it also teaches what the teacher thinks of the classes that lose.
 */
@ServiceProvider(DistillationLoss.class)
public final class LogitMatching implements DistillationLoss<Plugin.NoOptions> {

    @Override
    public String name() {
        return "logit-matching";
    }

    @Override
    public String description() {
        return "mean absolute difference of the logits of student and teacher";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Tensor compute(DistillationBatch batch, Plugin.NoOptions options) {
        return Functional.l1Loss(batch.studentLogits(), batch.teacherLogits(), Reduction.MEAN);
    }
}
