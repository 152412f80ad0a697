package dev.dafl.spi;

import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.io.IOException;

/**
 * Builds a network from images {@code [n, c, h, w]} to logits {@code [n, classes]}. It hands the activations that enter
 * its last stage of fully connected layers to {@link dev.dafl.tensor.nn.Pass#features}, as {@code [n, d]}.
 *
 * <p>Register it as {@link TeacherFactory}, as {@link StudentFactory}, or (most networks) as both.
 */
public sealed interface ClassifierFactory<O extends Record> extends Plugin<O> permits TeacherFactory, StudentFactory {

    /**
     * @param path the root, from which parameters take the names that PyTorch's {@code state_dict} has
     * @throws IllegalArgumentException when the network does not fit the images; the message says which sizes it takes
     */
    Layer create(ParameterPath path, ImageShape input, int classes, O options);

    /**
     * What the network fixes before it is built, from a file that its options name, say. Asked when an experiment is
     * prepared, so it should take no longer than reading the head of that file.
     *
     * @throws IOException when the file cannot be read; the message names it
     * @throws IllegalArgumentException when it is not what it should be, or the options do not do
     */
    default Declared declared(O options) throws IOException {
        return Declared.NOTHING;
    }
}
