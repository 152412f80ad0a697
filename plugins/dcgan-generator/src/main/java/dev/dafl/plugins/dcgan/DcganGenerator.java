package dev.dafl.plugins.dcgan;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** The generator of DAFL (the authors' code, {@code DAFL-train.py}), which is DCGAN's with upsampling and convolutions. */
@ServiceProvider(GeneratorFactory.class)
public final class DcganGenerator implements GeneratorFactory<DcganGenerator.Options> {

    /**
     * @param latent length of the latent vectors; the paper takes 100 for MNIST and 1000 for CIFAR
     * @param width channels of the first stage; each of the following has half as many as the one before, or 16 where that is more
     * @param stages how often height and width are doubled, 1 to 8; 2 is the paper's, and large images want more: five begin at 7x7
     *     for 224x224. Where a side is not a multiple of that power of two, what is too much of it is cut off before the last
     *     convolution
     */
    public record Options(int latent, int width, int stages) {

        private static final int MOST_STAGES = 8;

        public Options {
            if (latent < 1) {
                throw new IllegalArgumentException("latent must be at least 1, not " + latent);
            }
            if (width < 2 || width % 2 != 0) {
                throw new IllegalArgumentException("width must be an even number of at least 2, not " + width);
            }
            if (stages < 1 || stages > MOST_STAGES) {
                throw new IllegalArgumentException("stages must be from 1 to " + MOST_STAGES + ", not " + stages);
            }
        }
    }

    @Override
    public String name() {
        return "dcgan";
    }

    @Override
    public String description() {
        return "DAFL's generator: linear, upsamplings with 3x3 convolutions, batch norm, tanh; stages: 2, more for large images";
    }

    @Override
    public Options defaults() {
        return new Options(100, 128, 2);
    }

    @Override
    public int latentSize(Options options) {
        return options.latent();
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, Options options) {
        return UpsamplingStack.create(path, output, options);
    }
}
