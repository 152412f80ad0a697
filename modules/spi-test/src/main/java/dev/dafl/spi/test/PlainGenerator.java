package dev.dafl.spi.test;

import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.Optional;

/**
 * A generator for trials, named {@code plain}: linear, batch norm, sigmoid, with first values by a formula, so that PyTorch can begin with the same: x W^T as a picture, normalised
 * channel by channel.
 */
public final class PlainGenerator implements GeneratorFactory<Plugin.NoOptions> {

    /** Columns of its input. */
    public static final int LATENT = 5;

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public String description() {
        return "for tests";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public int latentSize(Plugin.NoOptions options) {
        return LATENT;
    }

    @Override
    public Values values(Plugin.NoOptions options) {
        return Values.PIXELS;
    }

    @Override
    public Layer create(ParameterPath path, ImageShape output, Plugin.NoOptions options) {
        int size = output.channels() * output.height() * output.width();
        Tensor weight = path.parameter("weight", waves(), size, LATENT);
        BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), output.channels());
        return (latent, pass) -> norm.forward(
                        Functional.linear(latent, weight, Optional.empty())
                                .view(-1, output.channels(), output.height(), output.width()),
                        pass)
                .sigmoid();
    }

    /** sin(0.7 i^2) at place i. */
    private static Initializer waves() {
        return (shape, _) -> {
            float[] values = new float[Math.toIntExact(shape[0] * shape[1])];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(0.7 * i * i);
            }
            return Tensor.of(values, shape);
        };
    }
}
