package dev.dafl.plugins.batchnorm;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.Workspace;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * How far the activations of a batch are from those of the training images, as the teacher's batch-norm layers remember them
 * (Yin et al., <i>Dreaming to Distill</i>, 2020): for the input x, {@code [n, c, h, w]}, of every layer
 * |running mean - mean(x)| + |running variance - variance(x)|, Euclidean lengths and not their squares, with the mean and the
 * biased variance over n, h and w; summed over the layers. The teacher is in evaluation mode.
 *
 * <p>With a momentum m the statistics of a batch are smoothed over the rounds of a method: s = m e + (1 - m) s(x), where e is
 * the s of the last batch of the round before, without gradient. In the first round there is no e, and s = s(x). So a method
 * that makes few images at a time need not find all that the teacher has seen in each batch.
 *
 * <p>Where a length is 0 its gradient is 0.
 */
@ServiceProvider(LossTerm.class)
public final class BatchNormStatistics implements LossTerm<BatchNormStatistics.Options> {

    /** @param momentum share of earlier rounds in the statistics, from 0 to below 1; 0, and Fast-Datafree takes 0.9 */
    public record Options(@Range(min = 0, below = 1) double momentum) {

        public Options {
            Ranges.require(Options.class, momentum);
        }
    }

    @Override
    public String name() {
        return "batch-norm-statistics";
    }

    @Override
    public String description() {
        return "how far activations are from what the teacher's batch-norm layers saw in training";
    }

    @Override
    public Options defaults() {
        return new Options(0);
    }

    @Override
    public Set<Need> needs(Options options) {
        return Set.of(Need.BATCH_NORM_INPUTS);
    }

    /**
     * With the statistics of this batch alone, whatever the momentum.
     *
     * @throws IllegalStateException when the batch holds no batch-norm inputs
     */
    @Override
    public Tensor compute(GeneratedBatch batch, Options options) {
        LayerStatistics layers = LayerStatistics.of(batch.batchNormInputs());
        return layers.distance(layers.ofBatch());
    }

    @Override
    public Started start(Workspace workspace, Options options) {
        return options.momentum() == 0
                ? batch -> compute(batch, options)
                : new SmoothedStatistics(workspace, options.momentum());
    }
}
