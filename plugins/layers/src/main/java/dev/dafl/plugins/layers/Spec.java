package dev.dafl.plugins.layers;

import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;

/** A layer whose options are read, and which is still to be told what enters it. */
@FunctionalInterface
interface Spec {

    /** @throws dev.dafl.spi.OptionException where the layer does not fit what enters it */
    Built build(ParameterPath path, Shape input);

    /** @param output what the layer makes of its input */
    record Built(Layer layer, Shape output) {}
}
