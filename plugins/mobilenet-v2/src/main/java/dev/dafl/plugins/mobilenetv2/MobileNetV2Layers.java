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
 * features {@code [n, 1280]}; dropout of 0.2 and one fully connected layer. What the seven stages of blocks give are the layers
 * {@code stage1} to {@code stage7}.
 *
 * @param first the 3x3 convolution
 * @param stages the blocks of each
 * @param last the 1x1 convolution
 * @param classifier {@code classifier.1}, as torchvision counts the dropout
 */
record MobileNetV2Layers(Layer first, List<Sequential> stages, Layer last, Dropout dropout, Linear classifier)
        implements Layer {

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
        List<Sequential> stages = new ArrayList<>();
        int in = channels(FIRST * options.width());
        Layer first = Convolution.activated(features.sub(0), input.channels(), in, 3, stem.stride());
        int number = 1;
        for (int stage = 0; stage < STAGES.size(); stage++) {
            Stage plan = STAGES.get(stage);
            int out = channels(plan.channels() * options.width());
            int stride = stage == 1 ? stem.stride() : plan.stride();
            List<Layer> blocks = new ArrayList<>();
            for (int block = 0; block < plan.blocks(); block++) {
                blocks.add(
                        InvertedResidual.of(features.sub(number), in, out, block == 0 ? stride : 1, plan.expansion()));
                in = out;
                number++;
            }
            stages.add(new Sequential(blocks));
        }
        // Narrow networks keep the width of the last: it costs little, and classes need it.
        int last = channels(LAST * Math.max(1, options.width()));
        return new MobileNetV2Layers(
                first,
                List.copyOf(stages),
                Convolution.activated(features.sub(number), in, last, 1, 1),
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
        Tensor x = first.forward(images, pass);
        for (int stage = 0; stage < stages.size(); stage++) {
            x = stages.get(stage).forward(x, pass);
            pass.layer("stage" + (stage + 1), x);
        }
        Tensor pooled =
                Functional.adaptiveAvgPool2d(last.forward(x, pass), 1, 1).flatten(1);
        pass.features(pooled);
        return classifier.forward(dropout.forward(pooled, pass), pass);
    }
}
