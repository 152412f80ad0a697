package dev.dafl.plugins.nayer;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.Optional;

/**
 * What makes the generator's inputs of class embeddings E, {@code [classes, d]}: a batch norm over the classes, then linear
 * maps, z = W BN(E) + b. One map makes an input of each class, so that two images of one class come of two maps and differ. All
 * of it is drawn anew in each round: the weights from the standard normal distribution, so large that some steps of training
 * change the direction of no input much, and what was drawn stays to be seen in the images.
 *
 * @param scale of the batch norm, {@code [d]}
 * @param shift of the batch norm, {@code [d]}
 * @param weight {@code [maps, d, latent]}
 * @param bias {@code [maps, 1, latent]}
 */
record NoisyLayer(Tensor scale, Tensor shift, Tensor weight, Tensor bias) implements Layer {

    private static final double EPS = 1e-5;

    static NoisyLayer of(ParameterPath path, long maps, long size, long latent) {
        return new NoisyLayer(
                path.sub("norm").parameter("weight", Initializer.constant(1), size),
                path.sub("norm").parameter("bias", Initializer.constant(0), size),
                path.sub("linear").parameter("weight", Initializer.normal(0, 1), maps, size, latent),
                path.sub("linear").parameter("bias", Initializer.constant(0), maps, 1, latent));
    }

    /**
     * @param embeddings {@code [classes, d]}
     * @return {@code [maps * classes, latent]}: the inputs of all classes by the first map, then those by the second, and so on
     */
    @Override
    public Tensor forward(Tensor embeddings, Pass pass) {
        Tensor normal = Functional.batchNorm(
                embeddings, Optional.of(scale), Optional.of(shift), Optional.empty(), Optional.empty(), true, 0, EPS);
        return normal.matmul(weight).add(bias).reshape(-1, weight.size(2));
    }
}
