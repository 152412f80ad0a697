package dev.dafl.plugins.kd;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.Tensor;

/**
 * Knowledge distillation (Hinton et al., 2015; DAFL, equation 1): the Kullback-Leibler divergence of the student's
 * softened predictions from the teacher's, T^2 KL(softmax(y_T / T) || softmax(y_S / T)), summed over the classes and
 * averaged over the batch ({@code reduction='batchmean'}). T^2 keeps the gradients' size as T grows. DAFL has T = 1.
 */
@ServiceProvider(DistillationLoss.class)
public final class KnowledgeDistillation implements DistillationLoss<KnowledgeDistillation.Options> {

    /** @param temperature above 0; the higher, the more the small probabilities count. It may change over the training */
    public record Options(@Range(above = 0) Ramp temperature) {

        public Options {
            Ranges.require(Options.class, temperature);
        }

        /** The same temperature all the time. */
        public static Options of(double temperature) {
            return new Options(Ramp.constant(temperature));
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
        return Options.of(1);
    }

    @Override
    public Tensor compute(DistillationBatch batch, Options options) {
        return SoftenedPredictions.divergence(batch, options.temperature());
    }
}
