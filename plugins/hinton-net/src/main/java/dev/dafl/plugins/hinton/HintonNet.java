package dev.dafl.plugins.hinton;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * Two hidden layers of one width with ReLU and a last layer, all fully connected: {@code [n, c, h, w]} of any size to
 * {@code [n, classes]}. The widths are those of Hinton, Vinyals and Dean, <i>Distilling the Knowledge in a Neural
 * Network</i> (2015), section 3, which DAFL takes over.
 *
 * <p>DAFL's features are what enters the last stage of fully connected layers. Here that would be the image itself, so that
 * the activation loss would only ask for bright images; the features are the last hidden layer's activations instead, which
 * is what the last layer decides by: {@code [n, width]}.
 */
record HintonNet(Linear fc1, Linear fc2, Linear fc3) implements Layer {

    static HintonNet create(ParameterPath path, int width, ImageShape input, int classes) {
        return new HintonNet(
                Linear.of(path.sub("fc1"), (long) input.channels() * input.height() * input.width(), width),
                Linear.of(path.sub("fc2"), width, width),
                Linear.of(path.sub("fc3"), width, classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor features =
                fc2.forward(fc1.forward(images.flatten(1), pass).relu(), pass).relu();
        pass.features(features);
        return fc3.forward(features, pass);
    }
}
