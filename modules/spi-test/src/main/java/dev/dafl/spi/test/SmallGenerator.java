package dev.dafl.spi.test;

import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;

/**
 * A generator for trials, named {@code small}: linear to 4 channels of a quarter of the pixels, batch norm, leaky ReLU 0.2, twice as
 * high and wide, 3x3 convolution, sigmoid. In PyTorch: {@code linear, norm, conv}.
 */
public final class SmallGenerator implements GeneratorFactory<NoOptions> {

    /** Columns of its input. */
    public static final int LATENT = 5;

    private static final int CHANNELS = 4;

    @Override
    public String name() {
        return "small";
    }

    @Override
    public String description() {
        return "a small generator";
    }

    @Override
    public NoOptions defaults() {
        return NoOptions.INSTANCE;
    }

    @Override
    public int latentSize(NoOptions options) {
        return LATENT;
    }

    @Override
    public Values values(NoOptions options) {
        return Values.PIXELS;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, NoOptions options) {
        int height = output.height() / 2;
        int width = output.width() / 2;
        Linear linear = Linear.of(path.sub("linear"), LATENT, (long) CHANNELS * height * width);
        BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), CHANNELS);
        Conv2d conv = Conv2d.of(path.sub("conv"), CHANNELS, output.channels(), 3, o -> o.padding(1));
        return (latent, pass) -> {
            Tensor x = linear.forward(latent, pass).view(-1, CHANNELS, height, width);
            x = Functional.leakyRelu(norm.forward(x, pass), 0.2);
            return conv.forward(Functional.upsampleNearest2d(x, 2), pass).sigmoid();
        };
    }
}
