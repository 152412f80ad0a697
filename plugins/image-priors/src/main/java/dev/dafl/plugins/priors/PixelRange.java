package dev.dafl.plugins.priors;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import java.util.List;

/**
 * How far generated pixels lie outside what a pixel can be: the mean over all pixels of max(low - x, 0, x - high)^2, where
 * low and high are a black and a white pixel after the data set's normalisation. The teacher's preprocessing is all that it
 * needs to know; it needs no image.
 *
 * <p>Without it a generator often settles on negatives, dark strokes on grey, with pixels far below black: the teacher has
 * never seen such values and answers with confidence, and the student learns nothing of use. Not in the paper.
 */
@ServiceProvider(LossTerm.class)
public final class PixelRange implements LossTerm<Plugin.NoOptions> {

    @Override
    public String name() {
        return "pixel-range";
    }

    @Override
    public String description() {
        return "how far generated pixels lie outside black to white";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Plugin.NoOptions options) {
        Tensor images = batch.images();
        Tensor low = perChannel(batch.normalization(), 0, images.device());
        Tensor high = perChannel(batch.normalization(), 1, images.device());
        Tensor outside = images.sub(images.maximum(low).minimum(high));
        return outside.square().mean();
    }

    /** What a pixel value becomes in each channel, {@code [1, c, 1, 1]}. */
    private static Tensor perChannel(Normalization normalization, double pixel, Device device) {
        List<Double> mean = normalization.mean();
        float[] values = new float[mean.size()];
        for (int c = 0; c < values.length; c++) {
            values[c] = (float) ((pixel - mean.get(c)) / normalization.std().get(c));
        }
        return Tensor.of(values, 1, values.length, 1, 1).to(device);
    }
}
