package dev.dafl.spi;

import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** Builds a network from latent vectors {@code [n, latent]}, drawn from N(0, I), to images {@code [n, c, h, w]}. */
public non-sealed interface GeneratorFactory<O extends Record> extends Plugin<O> {

    /** How long the latent vectors are. */
    int latentSize(O options);

    /**
     * @param output the shape of the images, normalised as the teacher's input is
     * @throws IllegalArgumentException when it cannot make images of that shape; the message says which it can
     */
    Layer create(ParameterPath path, ImageShape output, O options);
}
