package dev.dafl.plugins.losses;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.tensor.Tensor;
import java.util.Set;

/**
 * The activation loss (DAFL, equation 5): minus the L1 norm of the features {@code [n, d]} that enter the teacher's last
 * fully connected stage. Real images excite a trained network more than noise does.
 *
 * <p>The paper sums over the d features of an image, -(1/n) sum_i |f_i|_1; the authors' code takes the mean over all n d
 * elements, and its weights (0.1 on MNIST) go with that, so {@code mean} is the default.
 */
@ServiceProvider(LossTerm.class)
public final class Activation implements LossTerm<Activation.Options> {

    /** Over what the absolute features of an image are brought together. */
    public enum Over {
        /** Mean over all elements: the authors' code. */
        MEAN,
        /** Sum over the features, mean over the images: the paper. */
        SUM
    }

    /** @param features mean or sum over the features of an image */
    public record Options(Over features) {}

    @Override
    public String name() {
        return "activation";
    }

    @Override
    public String description() {
        return "minus the size of the activations that enter the teacher's classifier";
    }

    @Override
    public Options defaults() {
        return new Options(Over.MEAN);
    }

    @Override
    public Set<Need> needs(Options options) {
        return Set.of(Need.TEACHER_FEATURES);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Options options) {
        Tensor features = batch.teacherFeatures();
        Tensor mean = features.abs().mean();
        return switch (options.features()) {
            case MEAN -> mean.neg();
            case SUM -> mean.mul(-features.size(1));
        };
    }
}
