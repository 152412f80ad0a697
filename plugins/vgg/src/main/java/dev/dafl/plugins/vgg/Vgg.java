package dev.dafl.plugins.vgg;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Simonyan and Zisserman, <i>Very Deep Convolutional Networks for Large-Scale Image Recognition</i> (2014), with batch
 * norm, as used on CIFAR. Five maximum poolings leave one pixel of {@code [n, c, 32, 32]}, whose 512 channels are the
 * features {@code [n, 512]}; one fully connected layer stands for the paper's three. Names of the convolutions and their
 * initial values are those of torchvision's {@code vgg11_bn}.
 *
 * @param stages convolutions in order
 */
record Vgg(List<Stage> stages, Linear classifier) implements Layer {

    private static final int SIZE = 32;

    /** Channels of the convolutions in order, grouped by the pooling after them. */
    private static final List<List<Integer>> CHANNELS =
            List.of(List.of(64), List.of(128), List.of(256, 256), List.of(512, 512), List.of(512, 512));

    static Vgg create(ParameterPath path, ImageShape input, int classes, String name) {
        if (input.height() != SIZE || input.width() != SIZE) {
            throw new IllegalArgumentException(name + " takes images of 32x32, not " + input.height() + "x"
                    + input.width() + "; set data.image-size: 32");
        }
        ParameterPath features = path.sub("features");
        List<Stage> stages = new ArrayList<>();
        int in = input.channels();
        // torchvision counts every layer: convolution, batch norm and ReLU take three numbers, a pooling one.
        int number = 0;
        for (List<Integer> group : CHANNELS) {
            for (int i = 0; i < group.size(); i++) {
                stages.add(Stage.of(features, number, in, group.get(i), i == group.size() - 1));
                in = group.get(i);
                number += 3;
            }
            number++;
        }
        return new Vgg(List.copyOf(stages), Linear.of(path.sub("classifier"), in, classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor x = images;
        for (Stage stage : stages) {
            x = stage.forward(x, pass);
        }
        Tensor features = x.flatten(1);
        pass.features(features);
        return classifier.forward(features, pass);
    }

    /** A 3x3 convolution with its batch norm and ReLU: {@code [n, in, h, w]} to {@code [n, out, h, w]}, or half the size. */
    record Stage(Conv2d conv, BatchNorm2d norm, boolean pooled) implements Layer {

        static Stage of(ParameterPath features, int number, int in, int out, boolean pooled) {
            ParameterPath conv = features.sub(number);
            Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * 9)));
            return new Stage(
                    new Conv2d(
                            conv.parameter("weight", he, out, in, 3, 3),
                            Optional.of(conv.parameter("bias", Initializer.constant(0), out)),
                            Conv2d.Options.DEFAULTS.padding(1)),
                    BatchNorm2d.of(features.sub(number + 1), out),
                    pooled);
        }

        @Override
        public Tensor forward(Tensor input, Pass pass) {
            Tensor x = normalised(input, pass);
            // Pooling first gives the same numbers and gradients, and leaves a quarter of the work to ReLU.
            return (pooled ? Functional.maxPool2d(x, 2, 2, 0) : x).relu();
        }

        private Tensor normalised(Tensor input, Pass pass) {
            if (!pass.training()) {
                // The convolution adds its bias on the way, in its own type.
                return norm.forward(conv.forward(input, pass), pass);
            }
            Tensor x = Functional.conv2d(input, conv.weight(), Optional.empty(), 1, 1, 1, 1);
            return norm.forward(x, conv.bias().orElseThrow(), pass);
        }
    }
}
