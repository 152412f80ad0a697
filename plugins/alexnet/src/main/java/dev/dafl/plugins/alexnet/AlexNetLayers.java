package dev.dafl.plugins.alexnet;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * Krizhevsky, <i>One weird trick for parallelizing convolutional neural networks</i> (2014), in torchvision's form, with its
 * sizes, names and initial values: {@code [n, c, h, w]}; five convolutions with ReLU and three maximum poolings; average
 * pooling to 6x6, which is the features {@code [n, 36 conv5]}; three fully connected layers. The layers {@code conv1} to
 * {@code conv5} are what goes on from each convolution, after its ReLU and its pooling where it has one.
 *
 * <p>torchvision's dropout before the first two fully connected layers is left out: a student and a generator learn from
 * what the networks say of the same image, which should not depend on chance.
 *
 * @param conv1 {@code features.0}
 * @param conv2 {@code features.3}
 * @param conv3 {@code features.6}
 * @param conv4 {@code features.8}
 * @param conv5 {@code features.10}
 * @param fc1 {@code classifier.1}
 * @param fc2 {@code classifier.4}
 * @param fc3 {@code classifier.6}
 */
record AlexNetLayers(
        Conv2d conv1, Conv2d conv2, Conv2d conv3, Conv2d conv4, Conv2d conv5, Linear fc1, Linear fc2, Linear fc3)
        implements Layer {

    /** What the first convolution and three poolings need to leave a pixel. */
    private static final int SMALLEST = 63;

    private static final int POOLED = 6;

    /** Channels of the five convolutions and units of the two hidden layers. */
    record Widths(int conv1, int conv2, int conv3, int conv4, int conv5, int units) {

        static final Widths WHOLE = new Widths(64, 192, 384, 256, 256, 4096);

        Widths half() {
            return new Widths(conv1 / 2, conv2 / 2, conv3 / 2, conv4 / 2, conv5 / 2, units / 2);
        }
    }

    static AlexNetLayers create(ParameterPath path, Widths widths, ImageShape input, int classes, String name) {
        if (input.height() < SMALLEST || input.width() < SMALLEST) {
            throw new IllegalArgumentException(name + " takes images of 63x63 and larger, not " + input.height() + "x"
                    + input.width() + "; set data.image-size: 64");
        }
        ParameterPath features = path.sub("features");
        ParameterPath classifier = path.sub("classifier");
        return new AlexNetLayers(
                Conv2d.of(
                        features.sub(0),
                        input.channels(),
                        widths.conv1(),
                        11,
                        o -> o.stride(4).padding(2)),
                Conv2d.of(features.sub(3), widths.conv1(), widths.conv2(), 5, o -> o.padding(2)),
                Conv2d.of(features.sub(6), widths.conv2(), widths.conv3(), 3, o -> o.padding(1)),
                Conv2d.of(features.sub(8), widths.conv3(), widths.conv4(), 3, o -> o.padding(1)),
                Conv2d.of(features.sub(10), widths.conv4(), widths.conv5(), 3, o -> o.padding(1)),
                Linear.of(classifier.sub(1), (long) widths.conv5() * POOLED * POOLED, widths.units()),
                Linear.of(classifier.sub(4), widths.units(), widths.units()),
                Linear.of(classifier.sub(6), widths.units(), classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        // Pooling first gives the same numbers and gradients, and leaves a quarter of the work to ReLU.
        Tensor x = Functional.maxPool2d(conv1.forward(images, pass), 3, 2, 0).relu();
        pass.layer("conv1", x);
        x = Functional.maxPool2d(conv2.forward(x, pass), 3, 2, 0).relu();
        pass.layer("conv2", x);
        x = conv3.forward(x, pass).relu();
        pass.layer("conv3", x);
        x = conv4.forward(x, pass).relu();
        pass.layer("conv4", x);
        x = Functional.maxPool2d(conv5.forward(x, pass), 3, 2, 0).relu();
        pass.layer("conv5", x);
        Tensor features = Functional.adaptiveAvgPool2d(x, POOLED, POOLED).flatten(1);
        pass.features(features);
        x = fc2.forward(fc1.forward(features, pass).relu(), pass).relu();
        return fc3.forward(x, pass);
    }
}
