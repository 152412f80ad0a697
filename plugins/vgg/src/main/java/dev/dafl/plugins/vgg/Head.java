package dev.dafl.plugins.vgg;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Dropout;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.Optional;

/** What a network does after its convolutions. */
public enum Head {
    /**
     * For CIFAR: five poolings leave one pixel of {@code [n, c, 32, 32]}, whose 512 channels are the features
     * {@code [n, 512]}; one fully connected layer, {@code classifier}, stands for the paper's three.
     */
    SMALL {
        @Override
        Layer of(ParameterPath classifier, int channels, int units, int classes) {
            return new One(Linear.of(classifier, channels, classes));
        }

        @Override
        void check(String name, ImageShape input) {
            if (input.height() != SIZE || input.width() != SIZE) {
                throw new IllegalArgumentException(name + " takes images of 32x32, not " + input.height() + "x"
                        + input.width() + "; set data.image-size: 32");
            }
        }
    },
    /**
     * The paper's, for images such as ImageNet's: average pooling to 7x7, which is the features {@code [n, 25088]}; three
     * fully connected layers, {@code classifier.0}, {@code classifier.3} and {@code classifier.6}, with ReLU and dropout of
     * 0.5 after the first two.
     */
    IMAGENET {
        @Override
        Layer of(ParameterPath classifier, int channels, int units, int classes) {
            return new Three(
                    linear(classifier.sub(0), channels * POOLED * POOLED, units),
                    linear(classifier.sub(3), units, units),
                    linear(classifier.sub(6), units, classes));
        }

        @Override
        void check(String name, ImageShape input) {
            if (input.height() < SIZE || input.width() < SIZE) {
                throw new IllegalArgumentException(name + " takes images of 32x32 and larger, not " + input.height()
                        + "x" + input.width() + "; set data.image-size: 224");
            }
        }
    };

    /** What five poolings need to leave a pixel. */
    private static final int SIZE = 32;

    private static final int POOLED = 7;

    /**
     * @param channels that the convolutions give out
     * @param units of hidden layers
     */
    abstract Layer of(ParameterPath classifier, int channels, int units, int classes);

    /** @throws IllegalArgumentException for images that it does not take */
    abstract void check(String name, ImageShape input);

    /** As torchvision begins. */
    private static Linear linear(ParameterPath path, int in, int out) {
        return new Linear(
                path.parameter("weight", Initializer.normal(0, 0.01), out, in),
                Optional.of(path.parameter("bias", Initializer.constant(0), out)));
    }

    private record One(Linear classifier) implements Layer {

        @Override
        public Tensor forward(Tensor pixel, Pass pass) {
            Tensor features = pixel.flatten(1);
            pass.features(features);
            return classifier.forward(features, pass);
        }
    }

    private record Three(Linear fc1, Linear fc2, Linear fc3) implements Layer {

        private static final Dropout DROPOUT = new Dropout(0.5);

        @Override
        public Tensor forward(Tensor pixels, Pass pass) {
            Tensor features =
                    Functional.adaptiveAvgPool2d(pixels, POOLED, POOLED).flatten(1);
            pass.features(features);
            Tensor x = DROPOUT.forward(fc1.forward(features, pass).relu(), pass);
            x = DROPOUT.forward(fc2.forward(x, pass).relu(), pass);
            return fc3.forward(x, pass);
        }
    }
}
