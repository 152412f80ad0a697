package dev.dafl.plugins.dcgan;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** The generator of DAFL (the authors' code, {@code DAFL-train.py}), which is DCGAN's with upsampling and convolutions. */
@ServiceProvider(GeneratorFactory.class)
public final class DcganGenerator implements GeneratorFactory<DcganGenerator.Options> {

    @SuppressWarnings("UnusedVariable") // the annotations read it
    private static final int MOST_STAGES = 8;

    /**
     * @param latent length of the latent vectors; the paper takes 100 for MNIST and 1000 for CIFAR
     * @param width channels of the first stage; each of the following has half as many as the one before, or 16 where that is more
     * @param stages how often height and width are doubled, 1 to 8; 2 is the paper's, and large images want more: five begin at 7x7
     *     for 224x224. Where a side is not a multiple of that power of two, what is too much of it is cut off before the last
     *     convolution
     * @param output how the last convolution's values become an image; {@code batch-norm}
     * @param conditional whether it makes images of classes that it is told, one-hot behind the latent vector; no
     */
    public record Options(
            @Range(min = 1) int latent,
            @Range(min = 2) int width,
            @Range(min = 1, max = MOST_STAGES) int stages,
            Output output,
            boolean conditional) {

        public Options {
            Ranges.require(Options.class, latent, width, stages, output, conditional);
            if (width % 2 != 0) {
                throw new IllegalArgumentException("width must be an even number of at least 2, not " + width);
            }
        }

        /** With the authors' output, told no classes. */
        public Options(int latent, int width, int stages) {
            this(latent, width, stages, Output.BATCH_NORM, false);
        }
    }

    /** How the last convolution's values become an image. */
    public enum Output {
        /**
         * The authors': tanh, and a batch norm without affine, which gives each channel mean 0 and variance 1 as the teacher's
         * normalised input has. The batch norms of the stages have the authors' eps of 0.8.
         */
        BATCH_NORM,
        /** As later methods have it, such as CMI: the sigmoid gives pixels; the batch norms have the usual eps of 1e-5. */
        SIGMOID
    }

    @Override
    public String name() {
        return "dcgan";
    }

    @Override
    public String description() {
        return "DAFL's generator: linear, upsamplings with 3x3 convolutions; stages: 2, more for large images; output: batch-norm"
                + " (after tanh) or sigmoid; conditional: true or false";
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
    public Values values(Options options) {
        return options.output() == Output.SIGMOID ? Values.PIXELS : Values.STANDARDISED;
    }

    @Override
    public boolean conditional(Options options) {
        return options.conditional();
    }

    /** @throws IllegalArgumentException when it is conditional: it must know how many classes there are */
    @Override
    public Layer create(ParameterPath path, ImageShape output, Options options) {
        if (options.conditional()) {
            throw new IllegalArgumentException(
                    "a conditional generator is told classes: create it with their number, or set conditional: false");
        }
        return UpsamplingStack.create(path, options.latent(), output, options);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, int classes, Options options) {
        int input = options.conditional() ? Math.addExact(options.latent(), classes) : options.latent();
        return UpsamplingStack.create(path, input, output, options);
    }
}
