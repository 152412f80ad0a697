package dev.dafl.plugins.mobilenetv2;

import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Sequential;
import java.util.Optional;

/** The convolutions of the network. */
final class Convolution {

    private Convolution() {}

    /** Of 1x1, without an activation after it: {@code [n, in, h, w]} to {@code [n, out, h, w]}. */
    static Conv2d pointwise(ParameterPath path, int in, int out) {
        return of(path, in, out, 1, 1, 1);
    }

    /** {@code 0}, a convolution, and {@code 1}, its batch norm, then ReLU6. */
    static Layer activated(ParameterPath path, int in, int out, int kernel, int stride) {
        return activated(path, of(path.sub(0), in, out, kernel, stride, 1), out);
    }

    /** The same with a 3x3 kernel for each channel by itself. */
    static Layer depthwise(ParameterPath path, int channels, int stride) {
        return activated(path, of(path.sub(0), channels, channels, 3, stride, channels), channels);
    }

    private static Layer activated(ParameterPath path, Conv2d convolution, int out) {
        return Sequential.of(convolution, BatchNorm2d.of(path.sub(1), out), Layers.relu6());
    }

    /**
     * Without bias, as batch norm follows, and padded to keep the size at stride 1; {@code kaiming_normal_} with
     * {@code fan_out}, which PyTorch counts without regard to groups.
     */
    private static Conv2d of(ParameterPath path, int in, int out, int kernel, int stride, int groups) {
        Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * kernel * kernel)));
        return new Conv2d(
                path.parameter("weight", he, out, in / groups, kernel, kernel),
                Optional.empty(),
                Conv2d.Options.DEFAULTS
                        .stride(stride)
                        .padding(kernel / 2)
                        .groups(groups)
                        .withoutBias());
    }
}
