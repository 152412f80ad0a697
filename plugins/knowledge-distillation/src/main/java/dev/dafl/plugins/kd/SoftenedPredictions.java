package dev.dafl.plugins.kd;

import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/** Predictions of both networks at one temperature. */
final class SoftenedPredictions {

    private SoftenedPredictions() {}

    /** T^2 KL(teacher || student), summed over the classes and averaged over the batch: one number without dimensions. */
    static Tensor divergence(DistillationBatch batch, Ramp ramp) {
        double temperature = ramp.at(batch.progress());
        Tensor student = batch.studentLogits().div(temperature).logSoftmax(1);
        Tensor teacher = batch.teacherLogits().div(temperature).logSoftmax(1);
        return Functional.klDiv(student, teacher, Reduction.SUM, true)
                .mul(temperature * temperature / batch.images().size(0));
    }
}
