package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code torch.nn.Conv2d}: {@code [n, in, h, w]} to {@code [n, out, h', w']}, with PyTorch's initial values (uniform
 * within 1/sqrt(in * kernel * kernel)).
 *
 * @param weight {@code [out, in / groups, kernel, kernel]}
 * @param bias {@code [out]}
 */
public record Conv2d(Tensor weight, Optional<Tensor> bias, Options options) implements Layer {

    /** What may differ from the defaults: {@code Conv2d.of(path, 3, 64, 3, o -> o.stride(2).padding(1))}. */
    public record Options(long stride, long padding, long dilation, long groups, boolean bias) {

        public static final Options DEFAULTS = new Options(1, 0, 1, 1, true);

        public Options stride(long value) {
            return new Options(value, padding, dilation, groups, bias);
        }

        public Options padding(long value) {
            return new Options(stride, value, dilation, groups, bias);
        }

        public Options dilation(long value) {
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
        Options options = change.apply(Options.DEFAULTS);
        long inOfGroup = in / options.groups();
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(inOfGroup * kernel * kernel));
        return new Conv2d(
                path.parameter("weight", uniform, out, inOfGroup, kernel, kernel),
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
}
