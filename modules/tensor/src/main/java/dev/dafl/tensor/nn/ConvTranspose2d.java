package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code torch.nn.ConvTranspose2d}: {@code [n, in, h, w]} to {@code [n, out, h', w']}, with PyTorch's initial values
 * (uniform within 1/sqrt(out * kernel * kernel)).
 *
 * @param weight {@code [in, out / groups, kernel, kernel]}
 * @param bias {@code [out]}
 */
public record ConvTranspose2d(Tensor weight, Optional<Tensor> bias, Options options) implements Layer {

    /** What may differ from the defaults. */
    public record Options(long stride, long padding, long outputPadding, long groups, long dilation, boolean bias) {

        public static final Options DEFAULTS = new Options(1, 0, 0, 1, 1, true);

        public Options stride(long value) {
            return new Options(value, padding, outputPadding, groups, dilation, bias);
        }

        public Options padding(long value) {
            return new Options(stride, value, outputPadding, groups, dilation, bias);
        }

        public Options outputPadding(long value) {
            return new Options(stride, padding, value, groups, dilation, bias);
        }

        public Options groups(long value) {
            return new Options(stride, padding, outputPadding, value, dilation, bias);
        }

        public Options withoutBias() {
            return new Options(stride, padding, outputPadding, groups, dilation, false);
        }
    }

    public static ConvTranspose2d of(
            ParameterPath path, long in, long out, long kernel, UnaryOperator<Options> change) {
        Options options = change.apply(Options.DEFAULTS);
        long outOfGroup = out / options.groups();
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(outOfGroup * kernel * kernel));
        return new ConvTranspose2d(
                path.parameter("weight", uniform, in, outOfGroup, kernel, kernel),
                options.bias() ? Optional.of(path.parameter("bias", uniform, out)) : Optional.empty(),
                options);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        pass.multiplyAdds(input.numel() * (weight.numel() / weight.size(0)));
        return Functional.convTranspose2d(
                input,
                weight,
                bias,
                options.stride(),
                options.padding(),
                options.outputPadding(),
                options.groups(),
                options.dilation());
    }
}
