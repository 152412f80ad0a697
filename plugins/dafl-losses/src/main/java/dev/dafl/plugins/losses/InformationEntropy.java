package dev.dafl.plugins.losses;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.Tensor;

/**
 * The information-entropy loss (DAFL, equation 4): minus the entropy of the mean prediction, sum_j p_j log p_j with
 * p = (1/n) sum_i softmax(y_i) over the teacher's logits {@code [n, k]}. Smallest, at -log k, when all classes are made
 * equally often.
 *
 * <p>The paper names no base and has a factor 1/k; the authors' code sums and takes the decimal logarithm, and its weights
 * (5 on MNIST) go with that, so base 10 is the default.
 */
@ServiceProvider(LossTerm.class)
public final class InformationEntropy implements LossTerm<InformationEntropy.Options> {

    /** @param base of the logarithm, above 1 */
    public record Options(@Range(above = 1) double base) {

        public Options {
            Ranges.require(Options.class, base);
        }
    }

    @Override
    public String name() {
        return "information-entropy";
    }

    @Override
    public String description() {
        return "minus the entropy of the teacher's mean prediction: all classes equally often";
    }

    @Override
    public Options defaults() {
        return new Options(10);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Options options) {
        // The mean prediction by its logarithm: a class that is never made gives 0 * a finite number, not 0 * -inf.
        Tensor logits = batch.teacherLogits();
        Tensor logMean = logits.logSoftmax(1).logsumexp(false, 0).sub(Math.log(logits.size(0)));
        return logMean.exp().mul(logMean).sum().div(Math.log(options.base()));
    }
}
