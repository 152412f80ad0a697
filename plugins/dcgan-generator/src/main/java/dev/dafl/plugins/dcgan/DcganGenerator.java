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
     * @param width channels of the first stages; the last has half as many
     */
    public record Options(int latent, int width) {

        public Options {
            if (latent < 1) {
                throw new IllegalArgumentException("latent must be at least 1, not " + latent);
            }
            if (width < 2 || width % 2 != 0) {
                throw new IllegalArgumentException("width must be an even number of at least 2, not " + width);
            }
        }
    }

    @Override
    public String name() {
        return "dcgan";
    }

    @Override
    public String description() {
        return "DAFL's generator: linear, two upsamplings with 3x3 convolutions, batch norm, tanh";
    }

    @Override
    public Options defaults() {
        return new Options(100, 128);
    }

    @Override
    public int latentSize(Options options) {
        return options.latent();
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, Options options) {
        if (output.height() % 4 != 0 || output.width() % 4 != 0) {
            throw new IllegalArgumentException("dcgan makes images whose height and width are multiples of 4, not "
                    + output.height() + "x" + output.width());
        }
        return UpsamplingStack.create(path, output, options);
    }
}
