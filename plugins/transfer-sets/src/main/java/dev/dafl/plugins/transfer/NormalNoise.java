package dev.dafl.plugins.transfer;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Images of independent pixels from N(0, 1): the row "normal distribution" of the paper's tables. */
@ServiceProvider(TransferSetFactory.class)
public final class NormalNoise implements TransferSetFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "normal-noise";
    }

    @Override
    public String description() {
        return "pixels from N(0, 1)";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public TransferSet create(TransferSource source, Plugin.NoOptions options) {
        return (size, random) -> new TransferBatch(noise(source, size, random), Optional.empty());
    }

    /** {@code [size, c, h, w]}. */
    static Tensor noise(TransferSource source, int size, RandomGenerator random) {
        ImageShape shape = source.shape();
        float[] values = new float[size * shape.channels() * shape.height() * shape.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, size, shape.channels(), shape.height(), shape.width())
                .to(source.device());
    }
}
