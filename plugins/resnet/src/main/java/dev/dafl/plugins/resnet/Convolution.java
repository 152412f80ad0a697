package dev.dafl.plugins.resnet;

import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.ParameterPath;
import java.util.Optional;

/** The convolutions of all these networks. */
final class Convolution {

    private Convolution() {}

    /**
     * Without bias, as batch norm follows, and padded to keep the size at stride 1; {@code kaiming_normal_} with
     * {@code fan_out}, as torchvision begins.
     */
    static Conv2d of(ParameterPath path, int in, int out, int kernel, int stride) {
        Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * kernel * kernel)));
        return new Conv2d(
                path.parameter("weight", he, out, in, kernel, kernel),
                Optional.empty(),
                Conv2d.Options.DEFAULTS.stride(stride).padding(kernel / 2).withoutBias());
    }
}
