package dev.dafl.plugins.kd;

import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/** Predictions of both networks at one temperature. */
final class SoftenedPredictions {

    private SoftenedPredictions() {}

    /** @throws IllegalArgumentException when it is ever 0 or below */
    static void requireTemperature(Ramp temperature) {
        for (Ramp.Point point : temperature.points()) {
            if (!(point.value() > 0)) {
                throw new IllegalArgumentException("temperature must be above 0, not " + point.value());
            }
        }
    }

    /** T^2 KL(teacher || student), summed over the classes and averaged over the batch: one number without dimensions. */
    static Tensor divergence(DistillationBatch batch, Ramp ramp) {
        double temperature = ramp.at(batch.progress());
        Tensor student = batch.studentLogits().div(temperature).logSoftmax(1);
        Tensor teacher = batch.teacherLogits().div(temperature).logSoftmax(1);
        return Functional.klDiv(student, teacher, Reduction.SUM, true)
                .mul(temperature * temperature / batch.images().size(0));
    }
}
