package dev.dafl.plugins.resnet;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * The paper's building block of two 3x3 convolutions: {@code [n, in, h, w]} to {@code [n, out, h / stride, w / stride]}.
 *
 * @param shortcut what the input goes through on its way round the block
 */
record BasicBlock(Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Layer shortcut) implements Layer {

    static BasicBlock of(ParameterPath path, int in, int out, int stride, Shortcut shortcut) {
        return new BasicBlock(
                Convolution.of(path.sub("conv1"), in, out, 3, stride),
                BatchNorm2d.of(path.sub("bn1"), out),
                Convolution.of(path.sub("conv2"), out, out, 3, 1),
                BatchNorm2d.of(path.sub("bn2"), out),
                shortcut.of(path, in, out, stride));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = bn1.forward(conv1, input, pass).relu_();
        x = bn2.forward(conv2, x, pass);
        return x.add(shortcut.forward(input, pass)).relu_();
    }
}
