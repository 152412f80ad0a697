package dev.dafl.plugins.resnet;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.Optional;

/**
 * The paper's building block: {@code [n, in, h, w]} to {@code [n, out, h / stride, w / stride]}.
 *
 * @param downsample what the input goes through on its way round the block where the block changes its shape
 */
record ResidualBlock(Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Optional<Sequential> downsample)
        implements Layer {

    static ResidualBlock of(ParameterPath path, int in, int out, int stride) {
        return new ResidualBlock(
                conv(path.sub("conv1"), in, out, 3, stride),
                BatchNorm2d.of(path.sub("bn1"), out),
                conv(path.sub("conv2"), out, out, 3, 1),
                BatchNorm2d.of(path.sub("bn2"), out),
                stride == 1 && in == out
                        ? Optional.empty()
                        : Optional.of(Sequential.of(
                                conv(path.sub("downsample").sub(0), in, out, 1, stride),
                                BatchNorm2d.of(path.sub("downsample").sub(1), out))));
    }

    /** Without bias, as batch norm follows; {@code kaiming_normal_} with {@code fan_out}, as torchvision begins. */
    static Conv2d conv(ParameterPath path, int in, int out, int kernel, int stride) {
        Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * kernel * kernel)));
        return new Conv2d(
                path.parameter("weight", he, out, in, kernel, kernel),
                Optional.empty(),
                Conv2d.Options.DEFAULTS.stride(stride).padding(kernel / 2).withoutBias());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = bn1.forward(conv1.forward(input, pass), pass).relu();
        x = bn2.forward(conv2.forward(x, pass), pass);
        Tensor round = downsample.isPresent() ? downsample.get().forward(input, pass) : input;
        return x.add(round).relu();
    }
}
