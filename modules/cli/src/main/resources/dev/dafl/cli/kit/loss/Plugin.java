package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.tensor.Tensor;

/** Mean difference between neighbouring pixels: images without speckle make it small. */
@ServiceProvider(LossTerm.class)
public final class @Class@ implements LossTerm<@Class@.Options> {

    /** @param power 1 for the differences, 2 for their squares */
    public record Options(int power) { // the keys in YAML, with their types

        public Options {
            if (power != 1 && power != 2) {
                throw new IllegalArgumentException("power must be 1 or 2, not " + power);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "mean difference between neighbouring pixels of the generated images";
    }

    @Override
    public Options defaults() {
        return new Options(1);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Options options) {
        Tensor images = batch.images(); // [n, c, h, w]; gradients flow into the generator
        return differences(images, 2, options).add(differences(images, 3, options));
    }

    private static Tensor differences(Tensor images, int dim, Options options) {
        long last = images.size(dim) - 1;
        Tensor difference = images.narrow(dim, 1, last).sub(images.narrow(dim, 0, last));
        return (options.power() == 2 ? difference.square() : difference.abs()).mean();
    }
}
