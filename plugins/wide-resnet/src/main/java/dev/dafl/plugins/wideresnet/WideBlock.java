package dev.dafl.plugins.wideresnet;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.Optional;

/**
 * Batch norm and ReLU before each of two 3x3 convolutions: {@code [n, in, h, w]} to
 * {@code [n, out, h / stride, w / stride]}.
 *
 * @param shortcut the 1x1 convolution beside the block where it changes the number of channels; it too sees what batch norm
 *     and ReLU made of the input, while an input that passes unchanged is added as it came
 */
record WideBlock(BatchNorm2d bn1, Conv2d conv1, BatchNorm2d bn2, Conv2d conv2, Optional<Conv2d> shortcut)
        implements Layer {

    static WideBlock of(ParameterPath path, int in, int out, int stride) {
        return new WideBlock(
                BatchNorm2d.of(path.sub("bn1"), in),
                conv(path.sub("conv1"), in, out, 3, stride),
                BatchNorm2d.of(path.sub("bn2"), out),
                conv(path.sub("conv2"), out, out, 3, 1),
                in == out ? Optional.empty() : Optional.of(conv(path.sub("convShortcut"), in, out, 1, stride)));
    }

    /** Without bias; the paper begins as He et al. do, normal with variance 2 / (out * kernel * kernel). */
    static Conv2d conv(ParameterPath path, int in, int out, int kernel, int stride) {
        Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * kernel * kernel)));
        return new Conv2d(
                path.parameter("weight", he, out, in, kernel, kernel),
                Optional.empty(),
                Conv2d.Options.DEFAULTS.stride(stride).padding(kernel / 2).withoutBias());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor active = bn1.forward(input, pass).relu_();
        Tensor x = bn2.forward(conv1, active, pass).relu_();
        Tensor round = shortcut.isPresent() ? shortcut.get().forward(active, pass) : input;
        return conv2.forward(x, pass).add(round);
    }
}
