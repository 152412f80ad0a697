package dev.dafl.plugins.resnet;

import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Sequential;

/** What a network does to an image before its blocks. */
public enum Stem {
    /** A 3x3 convolution, for images such as CIFAR's. */
    SMALL,
    /** The paper's, for images such as ImageNet's: a 7x7 convolution at stride 2 and a maximum pooling at stride 2. */
    IMAGENET;

    /** How many times height and width are halved. */
    int halvings() {
        return this == SMALL ? 0 : 2;
    }

    /** {@code conv1}, {@code bn1}, ReLU and the pooling. */
    Layer of(ParameterPath path, int in, int out) {
        Layer convolution = this == SMALL
                ? Convolution.of(path.sub("conv1"), in, out, 3, 1)
                : Convolution.of(path.sub("conv1"), in, out, 7, 2);
        Layer normalised = Sequential.of(convolution, BatchNorm2d.of(path.sub("bn1"), out), Layers.relu());
        return this == SMALL ? normalised : Sequential.of(normalised, Layers.maxPool2d(3, 2, 1));
    }
}
