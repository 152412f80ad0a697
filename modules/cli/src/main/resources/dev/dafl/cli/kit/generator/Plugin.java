package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;

/** Linear to a picture of half the size, batch norm, leaky ReLU, twice as high and wide, 3x3 convolution, sigmoid. */
@ServiceProvider(GeneratorFactory.class)
public final class @Class@ implements GeneratorFactory<@Class@.Options> {

    /**
     * @param latent length of the latent vectors
     * @param width channels before the convolution
     */
    public record Options(int latent, int width) {

        public Options {
            if (latent < 1 || width < 1) {
                throw new IllegalArgumentException(
                        "latent and width must be at least 1, not " + latent + " and " + width);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "linear, batch norm, one upsampling, 3x3 convolution, sigmoid";
    }

    @Override
    public Options defaults() {
        return new Options(100, 16);
    }

    @Override
    public int latentSize(Options options) {
        return options.latent();
    }

    @Override
    public Values values(Options options) {
        return Values.PIXELS; // 0 to 1; the engine normalises them as the teacher's images are
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, Options options) {
        if (output.height() % 2 != 0 || output.width() % 2 != 0) {
            throw new IllegalArgumentException("@name@ makes images of an even height and width, not " + output);
        }
        int height = output.height() / 2;
        int width = output.width() / 2;
        Linear linear = Linear.of(path.sub("linear"), options.latent(), (long) options.width() * height * width);
        BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), options.width());
        Conv2d conv = Conv2d.of(path.sub("conv"), options.width(), output.channels(), 3, o -> o.padding(1));
        return (latent, pass) -> { // [n, latent] to [n, c, h, w]
            Tensor x = linear.forward(latent, pass).view(-1, options.width(), height, width);
            x = Functional.leakyRelu(norm.forward(x, pass), 0.2);
            return conv.forward(Functional.upsampleNearest2d(x, 2), pass).sigmoid();
        };
    }
}
