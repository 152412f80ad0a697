package dev.dafl.plugins.lenet;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * conv 5x5, pool 2, conv 5x5, pool 2, conv 5x5, two fully connected layers; ReLU after all but the last. On
 * {@code [n, c, 32, 32]} the third convolution leaves one pixel, whose channels are the features. The layers {@code conv1} to
 * {@code conv3} are what goes on from each convolution. Images of 28x28 are padded
 * with zeros to 32x32 by the first convolution, as LeCun et al. (1998) place MNIST's digits; the weights are the same.
 */
record LeNet(Conv2d conv1, Conv2d conv2, Conv2d conv3, Linear fc1, Linear fc2) implements Layer {

    private static final int SIZE = 32;
    private static final int UNPADDED = 28;

    /** Channels of the three convolutions and units of the hidden layer. */
    record Widths(int conv1, int conv2, int conv3, int fc1) {}

    static LeNet create(ParameterPath path, Widths widths, ImageShape input, int classes, String name) {
        if (input.height() != input.width() || (input.height() != SIZE && input.height() != UNPADDED)) {
            throw new IllegalArgumentException(name + " takes images of 32x32 or 28x28, not " + input.height() + "x"
                    + input.width() + "; set data.image-size: 32");
        }
        int padding = (SIZE - input.height()) / 2;
        return new LeNet(
                Conv2d.of(path.sub("conv1"), input.channels(), widths.conv1(), 5, o -> o.padding(padding)),
                Conv2d.of(path.sub("conv2"), widths.conv1(), widths.conv2(), 5),
                Conv2d.of(path.sub("conv3"), widths.conv2(), widths.conv3(), 5),
                Linear.of(path.sub("fc1"), widths.conv3(), widths.fc1()),
                Linear.of(path.sub("fc2"), widths.fc1(), classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        // Pooling first gives the same numbers and gradients, and leaves a quarter of the work to ReLU.
        Tensor x = Functional.maxPool2d(conv1.forward(images, pass), 2, 2, 0).relu();
        pass.layer("conv1", x);
        x = Functional.maxPool2d(conv2.forward(x, pass), 2, 2, 0).relu();
        pass.layer("conv2", x);
        x = conv3.forward(x, pass).relu();
        pass.layer("conv3", x);
        Tensor features = x.flatten(1);
        pass.features(features);
        return fc2.forward(fc1.forward(features, pass).relu(), pass);
    }
}
