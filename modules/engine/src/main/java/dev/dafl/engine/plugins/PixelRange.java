package dev.dafl.engine.plugins;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratorFactory.Values;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * A generator whose images have to be brought to the teacher's normalisation. One of pixels from 0 to 1 always has; others only
 * where the teacher's images are only scaled to a range: such generators make images of mean 0 and variance 1, as images
 * are that were normalised by their own mean and deviation; a teacher that takes pixels from 0 to 1, say, would never have seen
 * such. They are taken as pixels around grey with a deviation of a quarter, which is common for photographs.
 *
 * @param scale {@code [1, c, 1, 1]}
 * @param shift {@code [1, c, 1, 1]}
 */
record PixelRange(Layer generator, Tensor scale, Tensor shift) implements Layer {

    private static final double MEAN = 0.5;
    private static final double STD = 0.25;

    /** The generator itself where its images are normalised as they are. */
    static Layer of(Layer generator, Values values, ParameterPath path, Normalization normalization) {
        return switch (values) {
            case PIXELS -> shifted(generator, 0, 1, path, normalization);
            case STANDARDISED ->
                isRange(normalization) ? shifted(generator, MEAN, STD, path, normalization) : generator;
        };
    }

    /** Takes what comes out of the generator as pixels once it was multiplied and moved. */
    private static Layer shifted(
            Layer generator, double by, double factor, ParameterPath path, Normalization normalization) {
        int channels = normalization.mean().size();
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = (float) (factor / normalization.std().get(c));
            shift[c] = (float)
                    ((by - normalization.mean().get(c)) / normalization.std().get(c));
        }
        return new PixelRange(
                generator, path.constant(scale, 1, channels, 1, 1), path.constant(shift, 1, channels, 1, 1));
    }

    /** Black at 0 or symmetrical around grey: nobody's images have such a mean and deviation. */
    private static boolean isRange(Normalization normalization) {
        return normalization.mean().stream().allMatch(mean -> mean == 0 || mean == MEAN)
                && normalization.mean().stream().distinct().count() == 1
                && normalization.std().stream().distinct().count() == 1
                && (normalization.mean().getFirst() == 0
                        || normalization
                                .std()
                                .getFirst()
                                .equals(normalization.mean().getFirst()));
    }

    @Override
    public Tensor forward(Tensor latent, Pass pass) {
        return generator.forward(latent, pass).mul(scale).add(shift);
    }
}
