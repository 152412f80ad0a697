package dev.dafl.plugins.vgg;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.Optional;

/**
 * A 3x3 convolution with its batch norm, if any, and ReLU: {@code [n, in, h, w]} to {@code [n, out, h, w]}, or half the size.
 */
record Stage(Conv2d conv, Optional<BatchNorm2d> norm, boolean pooled) implements Layer {

    static Stage of(ParameterPath features, int number, int in, int out, boolean batchNorm, boolean pooled) {
        ParameterPath conv = features.sub(number);
        Initializer he = Initializer.normal(0, Math.sqrt(2.0 / (out * 9)));
        return new Stage(
                new Conv2d(
                        conv.parameter("weight", he, out, in, 3, 3),
                        Optional.of(conv.parameter("bias", Initializer.constant(0), out)),
                        Conv2d.Options.DEFAULTS.padding(1)),
                batchNorm ? Optional.of(BatchNorm2d.of(features.sub(number + 1), out)) : Optional.empty(),
                pooled);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = norm.isPresent() ? norm.get().forward(conv, input, pass) : conv.forward(input, pass);
        // Pooling first gives the same numbers and gradients, and leaves a quarter of the work to ReLU.
        return (pooled ? Functional.maxPool2d(x, 2, 2, 0) : x).relu_();
    }
}
