package dev.dafl.plugins.kd;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/**
 * Knowledge distillation (Hinton et al., 2015; DAFL, equation 1): the Kullback-Leibler divergence of the student's
 * softened predictions from the teacher's, T^2 KL(softmax(y_T / T) || softmax(y_S / T)), summed over the classes and
 * averaged over the batch ({@code reduction='batchmean'}). T^2 keeps the gradients' size as T grows. DAFL has T = 1.
 */
@ServiceProvider(DistillationLoss.class)
public final class KnowledgeDistillation implements DistillationLoss<KnowledgeDistillation.Options> {

    /** @param temperature above 0; the higher, the more the small probabilities count */
    public record Options(double temperature) {

        public Options {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new IllegalArgumentException("temperature must be above 0, not " + temperature);
            }
        }
    }

    @Override
    public String name() {
        return "knowledge-distillation";
    }

    @Override
    public String description() {
        return "Kullback-Leibler divergence of the student's softened predictions from the teacher's";
    }

    @Override
    public Options defaults() {
        return new Options(1);
    }

    @Override
    public Tensor compute(DistillationBatch batch, Options options) {
        double temperature = options.temperature();
        Tensor student = batch.studentLogits().div(temperature).logSoftmax(1);
        Tensor teacher = batch.teacherLogits().div(temperature).logSoftmax(1);
        return Functional.klDiv(student, teacher, Reduction.SUM, true)
                .mul(temperature * temperature / batch.images().size(0));
    }
}
