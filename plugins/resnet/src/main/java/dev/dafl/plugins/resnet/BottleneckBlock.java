package dev.dafl.plugins.resnet;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * The paper's building block of the deeper networks: a 1x1 convolution to {@code width} channels, a 3x3 convolution, and a 1x1
 * convolution to four times as many: {@code [n, in, h, w]} to {@code [n, 4 width, h / stride, w / stride]}. The stride is that
 * of the 3x3 convolution, as in torchvision; the paper gives it to the first.
 *
 * @param shortcut what the input goes through on its way round the block
 */
record BottleneckBlock(
        Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Conv2d conv3, BatchNorm2d bn3, Layer shortcut)
        implements Layer {

    static final int EXPANSION = 4;

    static BottleneckBlock of(ParameterPath path, int in, int width, int stride, Shortcut shortcut) {
        int out = EXPANSION * width;
        return new BottleneckBlock(
                Convolution.of(path.sub("conv1"), in, width, 1, 1),
                BatchNorm2d.of(path.sub("bn1"), width),
                Convolution.of(path.sub("conv2"), width, width, 3, stride),
                BatchNorm2d.of(path.sub("bn2"), width),
                Convolution.of(path.sub("conv3"), width, out, 1, 1),
                BatchNorm2d.of(path.sub("bn3"), out),
                shortcut.of(path, in, out, stride));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = bn1.forward(conv1, input, pass).relu_();
        x = bn2.forward(conv2, x, pass).relu_();
        x = bn3.forward(conv3, x, pass);
        return x.add(shortcut.forward(input, pass)).relu_();
    }
}
