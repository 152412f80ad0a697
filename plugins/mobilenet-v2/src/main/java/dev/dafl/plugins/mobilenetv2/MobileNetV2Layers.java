package dev.dafl.plugins.mobilenetv2;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Dropout;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sandler, Howard, Zhu, Zhmoginov and Chen, <i>MobileNetV2: Inverted Residuals and Linear Bottlenecks</i> (2018):
 * {@code [n, c, h, w]}; a 3x3 convolution; seventeen blocks; a 1x1 convolution; the mean of each channel, which are the
 * features {@code [n, 1280]}; dropout of 0.2 and one fully connected layer.
 *
 * @param features the convolutions and blocks, by their numbers
 * @param classifier {@code classifier.1}, as torchvision counts the dropout
 */
record MobileNetV2Layers(Sequential features, Dropout dropout, Linear classifier) implements Layer {

    private static final int FIRST = 32;
    private static final int LAST = 1280;
    private static final double DROPOUT = 0.2;

    /** Channels are a multiple of that. */
    private static final int DIVISOR = 8;

    /** The paper's table 2, for large images. */
    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    /** @param stride of the first block */
    private record Stage(int expansion, int channels, int blocks, int stride) {}

    static MobileNetV2Layers create(
            ParameterPath path, MobileNetV2.Options options, ImageShape input, int classes, String name) {
        Stem stem = options.stem();
        int smallest = 1 << stem.halvings();
        if (input.height() < smallest || input.width() < smallest) {
            throw new IllegalArgumentException(name + " takes images of " + smallest + "x" + smallest
                    + " and larger, not " + input.height() + "x" + input.width() + "; set data.image-size: 32");
        }
        ParameterPath features = path.sub("features");
        List<Layer> layers = new ArrayList<>();
        int in = channels(FIRST * options.width());
        layers.add(Convolution.activated(features.sub(0), input.channels(), in, 3, stem.stride()));
        for (int stage = 0; stage < STAGES.size(); stage++) {
            Stage plan = STAGES.get(stage);
            int out = channels(plan.channels() * options.width());
            for (int block = 0; block < plan.blocks(); block++) {
                int first = stage == 1 ? stem.stride() : plan.stride();
                layers.add(InvertedResidual.of(
                        features.sub(layers.size()), in, out, block == 0 ? first : 1, plan.expansion()));
                in = out;
            }
        }
        // Narrow networks keep the width of the last: it costs little, and classes need it.
        int last = channels(LAST * Math.max(1, options.width()));
        layers.add(Convolution.activated(features.sub(layers.size()), in, last, 1, 1));
        return new MobileNetV2Layers(
                new Sequential(layers),
                new Dropout(DROPOUT),
                linear(path.sub("classifier").sub(1), last, classes));
    }

    /** The nearest multiple of 8, but not less than 0.9 of what was asked for. */
    static int channels(double wanted) {
        int nearest = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2) / DIVISOR * DIVISOR);
        return nearest < 0.9 * wanted ? nearest + DIVISOR : nearest;
    }

    private static Linear linear(ParameterPath path, int in, int out) {
        return new Linear(
                path.parameter("weight", Initializer.normal(0, 0.01), out, in),
                Optional.of(path.parameter("bias", Initializer.constant(0), out)));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor pooled = Functional.adaptiveAvgPool2d(features.forward(images, pass), 1, 1)
                .flatten(1);
        pass.features(pooled);
        return classifier.forward(dropout.forward(pooled, pass), pass);
    }
}
