package dev.dafl.plugins.priors;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Tensor;

/**
 * Total variation of the images {@code [n, c, h, w]}, at least 2x2, as the teacher sees them: the mean absolute difference between
 * a pixel and its neighbour to the right, added to those for the neighbours below, below to the right and below to the left
 * (Yin et al., <i>Dreaming to Distill</i>, 2020, after Mahendran and Vedaldi, 2015). Each mean is over the pixels that have
 * such a neighbour. Images without speckle make it small.
 */
@ServiceProvider(LossTerm.class)
public final class TotalVariation implements LossTerm<Plugin.NoOptions> {

    @Override
    public String name() {
        return "total-variation";
    }

    @Override
    public String description() {
        return "mean difference between neighbouring pixels, also diagonal ones";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    /** @throws IllegalStateException when the images are lower or narrower than two pixels */
    @Override
    public Tensor compute(GeneratedBatch batch, Plugin.NoOptions options) {
        Tensor images = batch.images();
        if (images.size(2) < 2 || images.size(3) < 2) {
            throw new IllegalStateException(
                    "total-variation compares neighbouring pixels, so that it needs images of 2x2" + " and larger, not "
                            + images.size(2) + "x" + images.size(3) + "; leave the loss out");
        }
        Tensor left = allButLast(images, 3);
        Tensor right = allButFirst(images, 3);
        return distance(left, right)
                .add(distance(allButLast(images, 2), allButFirst(images, 2)))
                .add(distance(allButLast(left, 2), allButFirst(right, 2)))
                .add(distance(allButLast(right, 2), allButFirst(left, 2)));
    }

    private static Tensor allButLast(Tensor images, int dim) {
        return images.narrow(dim, 0, images.size(dim) - 1);
    }

    private static Tensor allButFirst(Tensor images, int dim) {
        return images.narrow(dim, 1, images.size(dim) - 1);
    }

    private static Tensor distance(Tensor pixels, Tensor neighbours) {
        return neighbours.sub(pixels).abs().mean();
    }
}
