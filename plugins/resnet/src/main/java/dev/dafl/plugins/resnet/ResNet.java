package dev.dafl.plugins.resnet;

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
 * He, Zhang, Ren and Sun, <i>Deep Residual Learning for Image Recognition</i> (2015), as used on CIFAR: the first
 * convolution is 3x3 at stride 1 and no pooling follows it. {@code [n, c, h, w]}; four stages of 64, 128, 256 and 512
 * channels, each but the first halving height and width; the mean of each channel, which are the features
 * {@code [n, 512]}; one fully connected layer. Parameter names and initial values are torchvision's.
 *
 * @param layers the blocks of the four stages
 */
record ResNet(Conv2d conv1, BatchNorm2d bn1, Sequential layers, Linear fc) implements Layer {

    private static final int STEM = 64;

    /** What three halvings need to leave a pixel. */
    private static final int SMALLEST = 8;

    /** @param blocks how many each stage has */
    static ResNet create(ParameterPath path, List<Integer> blocks, ImageShape input, int classes, String name) {
        if (input.height() < SMALLEST || input.width() < SMALLEST) {
            throw new IllegalArgumentException(name + " takes images of 8x8 and larger, not " + input.height() + "x"
                    + input.width() + "; set data.image-size: 32");
        }
        Conv2d conv1 = ResidualBlock.conv(path.sub("conv1"), input.channels(), STEM, 3, 1);
        BatchNorm2d bn1 = BatchNorm2d.of(path.sub("bn1"), STEM);
        List<Layer> layers = new ArrayList<>();
        int in = STEM;
        for (int stage = 0; stage < blocks.size(); stage++) {
            int out = STEM << stage;
            for (int block = 0; block < blocks.get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                layers.add(ResidualBlock.of(path.sub("layer" + (stage + 1)).sub(block), in, out, stride));
                in = out;
            }
        }
        return new ResNet(conv1, bn1, new Sequential(layers), Linear.of(path.sub("fc"), in, classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor x = layers.forward(bn1.forward(conv1.forward(images, pass), pass).relu(), pass);
        Tensor features = Functional.adaptiveAvgPool2d(x, 1, 1).flatten(1);
        pass.features(features);
        return fc.forward(features, pass);
    }
}
