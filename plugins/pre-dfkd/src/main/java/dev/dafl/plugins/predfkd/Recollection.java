package dev.dafl.plugins.predfkd;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/**
 * What is remembered of each image: a normal distribution over the latent vectors. Its loss is
 *
 * <p>(1/2) mean (x - y)^2 + beta KL / d, KL = (1/2n) sum (mu^2 + exp(v) - 1 - v),
 *
 * <p>with the image x of d values, what the decoder makes of a vector of the distribution y, and the means mu and logarithms of
 * variances v. That is the negative evidence bound of an image divided by d, for pixels that are normal around y with the variance
 * beta, up to a factor and a number that do not depend on what is learnt.
 *
 * @param mean mu, {@code [n, latent]}
 * @param logVariance v, {@code [n, latent]}
 */
record Recollection(Tensor mean, Tensor logVariance) {

    /** @param code {@code [n, 2 latent]} */
    static Recollection of(Tensor code) {
        long latent = code.size(1) / 2;
        return new Recollection(code.narrow(1, 0, latent), code.narrow(1, latent, latent));
    }

    /**
     * A vector of each distribution, through which gradients flow.
     *
     * @param drawn from N(0, I), {@code [n, latent]}
     */
    Tensor sample(Tensor drawn) {
        return mean.add(logVariance.div(2).exp().mul(drawn));
    }

    /**
     * @param images x, {@code [n, c, h, w]}
     * @param restored y, of the same shape
     * @return one number without dimensions
     */
    Tensor loss(Tensor images, Tensor restored, double beta) {
        double values = (double) images.numel() / images.size(0);
        Tensor divergence = mean.square()
                .add(logVariance.exp())
                .sub(logVariance)
                .sub(1)
                .sum()
                .div(2.0 * images.size(0));
        return Functional.mseLoss(restored, images, Reduction.MEAN).div(2).addScaled(divergence, beta / values);
    }
}
