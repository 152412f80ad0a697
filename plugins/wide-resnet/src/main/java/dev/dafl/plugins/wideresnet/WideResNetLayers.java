package dev.dafl.plugins.wideresnet;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Zagoruyko and Komodakis, <i>Wide Residual Networks</i> (2016), without dropout: {@code [n, c, h, w]}; a 3x3 convolution to
 * 16 channels; three stages of 16, 32 and 64 times the width, the second and third halving height and width; batch norm,
 * ReLU and the mean of each channel, which are the features {@code [n, 64 width]}; one fully connected layer. What each stage
 * gives are the layers {@code block1} to {@code block3}. Parameter names are those of xternalz's {@code WideResNet-pytorch}, which data-free codes such as CMI and Fast-Datafree have taken over.
 *
 * @param stages the blocks of each of the three
 */
record WideResNetLayers(Conv2d conv1, List<Sequential> stages, BatchNorm2d bn1, Linear fc) implements Layer {

    private static final int STEM = 16;
    private static final int STAGES = 3;

    /** What two halvings need to leave a pixel. */
    private static final int SMALLEST = 4;

    static WideResNetLayers create(
            ParameterPath path, WideResNet.Options options, ImageShape input, int classes, String name) {
        if (input.height() < SMALLEST || input.width() < SMALLEST) {
            throw new IllegalArgumentException(name + " takes images of 4x4 and larger, not " + input.height() + "x"
                    + input.width() + "; set data.image-size: 32");
        }
        Conv2d conv1 = WideBlock.conv(path.sub("conv1"), input.channels(), STEM, 3, 1);
        List<Sequential> stages = new ArrayList<>();
        int in = STEM;
        for (int stage = 0; stage < STAGES; stage++) {
            int out = (STEM << stage) * options.width();
            ParameterPath layer = path.sub(name(stage)).sub("layer");
            List<Layer> blocks = new ArrayList<>();
            for (int block = 0; block < options.blocksOfAStage(); block++) {
                blocks.add(WideBlock.of(layer.sub(block), in, out, stage > 0 && block == 0 ? 2 : 1));
                in = out;
            }
            stages.add(new Sequential(blocks));
        }
        return new WideResNetLayers(
                conv1,
                List.copyOf(stages),
                BatchNorm2d.of(path.sub("bn1"), in),
                Linear.of(path.sub("fc"), in, classes));
    }

    private static String name(int stage) {
        return "block" + (stage + 1);
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor x = conv1.forward(images, pass);
        for (int stage = 0; stage < stages.size(); stage++) {
            x = stages.get(stage).forward(x, pass);
            pass.layer(name(stage), x);
        }
        x = bn1.forward(x, pass).relu_();
        Tensor features = Functional.adaptiveAvgPool2d(x, 1, 1).flatten(1);
        pass.features(features);
        return fc.forward(features, pass);
    }
}
