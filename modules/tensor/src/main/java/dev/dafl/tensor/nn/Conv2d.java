package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Size2;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code torch.nn.Conv2d}: {@code [n, in, h, w]} to {@code [n, out, h', w']}, with PyTorch's initial values (uniform
 * within 1/sqrt(in / groups * kernel height * kernel width)).
 *
 * @param weight {@code [out, in / groups, kernel height, kernel width]}
 * @param bias {@code [out]}
 */
public record Conv2d(Tensor weight, Optional<Tensor> bias, Options options) implements Layer {

    /**
     * What may differ from the defaults: {@code Conv2d.of(path, 3, 64, 3, o -> o.stride(2).padding(1))}.
     *
     * @param groups into which the channels are split, each with kernels of its own
     */
    public record Options(Size2 stride, Size2 padding, Size2 dilation, long groups, boolean bias) {

        public static final Options DEFAULTS = new Options(Size2.square(1), Size2.square(0), Size2.square(1), 1, true);

        public Options stride(long value) {
            return stride(Size2.square(value));
        }

        public Options stride(Size2 value) {
            return new Options(value, padding, dilation, groups, bias);
        }

        public Options padding(long value) {
            return padding(Size2.square(value));
        }

        public Options padding(Size2 value) {
            return new Options(stride, value, dilation, groups, bias);
        }

        public Options dilation(long value) {
            return dilation(Size2.square(value));
        }

        public Options dilation(Size2 value) {
            return new Options(stride, padding, value, groups, bias);
        }

        public Options groups(long value) {
            return new Options(stride, padding, dilation, value, bias);
        }

        public Options withoutBias() {
            return new Options(stride, padding, dilation, groups, false);
        }
    }

    public static Conv2d of(ParameterPath path, long in, long out, long kernel) {
        return of(path, in, out, kernel, o -> o);
    }

    public static Conv2d of(ParameterPath path, long in, long out, long kernel, UnaryOperator<Options> change) {
        return of(path, in, out, Size2.square(kernel), change);
    }

    /** @throws IllegalArgumentException where the channels cannot be split into the groups */
    public static Conv2d of(ParameterPath path, long in, long out, Size2 kernel, UnaryOperator<Options> change) {
        Options options = change.apply(Options.DEFAULTS);
        long inOfGroup = ofGroup(in, options.groups());
        ofGroup(out, options.groups());
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(inOfGroup * kernel.area()));
        return new Conv2d(
                path.parameter("weight", uniform, out, inOfGroup, kernel.height(), kernel.width()),
                options.bias() ? Optional.of(path.parameter("bias", uniform, out)) : Optional.empty(),
                options);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor output = Functional.conv2d(
                input, weight, bias, options.stride(), options.padding(), options.dilation(), options.groups());
        pass.multiplyAdds(output.numel() * (weight.numel() / weight.size(0)));
        return output;
    }

    /** The same weights without the bias. */
    Conv2d withoutBias() {
        return new Conv2d(weight, Optional.empty(), options.withoutBias());
    }

    private static long ofGroup(long channels, long groups) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "a convolution cannot split " + channels + " channels into " + groups + " groups");
        }
        return channels / groups;
    }
}
