package dev.dafl.spi.test;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;

/**
 * Small classifiers that hand over all that a method may ask for: two 3x3 convolutions with batch norm and ReLU, the second
 * halving height and width, whose results are the layers {@code first} and {@code second}; the mean of each channel as features;
 * one fully connected layer. In PyTorch: {@code conv1, bn1, conv2, bn2, fc}.
 */
public final class TrialNetworks {

    /** Channels of the teacher. */
    public static final int TEACHER_WIDTH = 8;

    /** Channels of the student. */
    public static final int STUDENT_WIDTH = 4;

    private TrialNetworks() {}

    /** Builds a classifier, with values that follow from the seed. The caller closes it. */
    public static Network classifier(ImageShape shape, int classes, int width, long seed) {
        return Network.build(
                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(seed)),
                path -> Classifier.of(path, shape, classes, width));
    }

    private record Classifier(Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Linear fc)
            implements Layer {

        static Classifier of(ParameterPath path, ImageShape shape, int classes, int width) {
            return new Classifier(
                    Conv2d.of(
                            path.sub("conv1"),
                            shape.channels(),
                            width,
                            3,
                            o -> o.padding(1).withoutBias()),
                    BatchNorm2d.of(path.sub("bn1"), width),
                    Conv2d.of(
                            path.sub("conv2"),
                            width,
                            width,
                            3,
                            o -> o.stride(2).padding(1).withoutBias()),
                    BatchNorm2d.of(path.sub("bn2"), width),
                    Linear.of(path.sub("fc"), width, classes));
        }

        @Override
        public Tensor forward(Tensor images, Pass pass) {
            Tensor first = bn1.forward(conv1.forward(images, pass), pass).relu();
            pass.layer("first", first);
            Tensor second = bn2.forward(conv2.forward(first, pass), pass).relu();
            pass.layer("second", second);
            Tensor features = second.mean(false, 2, 3);
            pass.features(features);
            return fc.forward(features, pass);
        }
    }
}
