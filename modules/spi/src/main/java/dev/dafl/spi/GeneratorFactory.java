package dev.dafl.spi;

import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** Builds a network from latent vectors {@code [n, latent]}, drawn from N(0, I), to images {@code [n, c, h, w]}. */
public non-sealed interface GeneratorFactory<O extends Record> extends Plugin<O> {

    /** How long the latent vectors are. */
    int latentSize(O options);

    /** What the values of its images are. */
    default Values values(O options) {
        return Values.STANDARDISED;
    }

    /**
     * Whether it makes images of classes that it is told: then the class, one-hot, follows on each latent vector, and its input is
     * {@code [n, latent + classes]}.
     */
    default boolean conditional(O options) {
        return false;
    }

    /**
     * @param output the shape of the images
     * @throws IllegalArgumentException when it cannot make images of that shape; the message says which it can
     */
    Layer create(ParameterPath path, ImageShape output, O options);

    /**
     * As {@link #create(ParameterPath, ImageShape, Record)}, which a generator that is never conditional has alone.
     *
     * @param classes of the teacher
     */
    default Layer create(ParameterPath path, ImageShape output, int classes, O options) {
        return create(path, output, options);
    }

    /** What a generator's images are like before the engine brings them to the teacher's normalisation. */
    enum Values {
        /** Of mean 0 and variance 1, about: they are taken as normalised already. */
        STANDARDISED,
        /** Pixels from 0, black, to 1. */
        PIXELS
    }
}
