package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Nearest upsampling by 2 and then a 3x3 convolution with padding 1, as one transposed convolution:
 * {@code [n, in, h, w]} to {@code [n, out, 2h, 2w]}. Same parameters, names and initial values as the {@link Conv2d} of
 * the pair, same result up to rounding, about half the work.
 *
 * <p>Each output pixel of the pair sees at most 2x2 different input pixels. Spreading the flipped 3x3 kernel over its four
 * one-pixel shifts gives the 4x4 kernel that, at stride 2 and padding 1, weighs them the same.
 *
 * @param weight {@code [out, in, 3, 3]}, of the convolution in the pair
 * @param bias {@code [out]}
 */
public record UpsampleConv2d(Tensor weight, Optional<Tensor> bias) implements Layer {

    public static UpsampleConv2d of(ParameterPath path, long in, long out) {
        Conv2d plain = Conv2d.of(path, in, out, 3, o -> o.padding(1));
        return new UpsampleConv2d(plain.weight(), plain.bias());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        return transposed(input, bias, pass);
    }

    /** Without the bias, for {@link BatchNorm2d#forwardLeakyRelu} to take account of. */
    public Tensor withoutBias(Tensor input, Pass pass) {
        return transposed(input, Optional.empty(), pass);
    }

    private Tensor transposed(Tensor input, Optional<Tensor> withBias, Pass pass) {
        Tensor kernel = spread();
        pass.multiplyAdds(input.numel() * (kernel.numel() / kernel.size(0)));
        return Functional.convTranspose2d(input, kernel, withBias, 2, 1, 0, 1, 1);
    }

    /** {@code [in, out, 4, 4]}. */
    private Tensor spread() {
        Tensor turned = weight.flip(2, 3).transpose(0, 1);
        return Functional.stack(
                        List.of(
                                Functional.pad2d(turned, 0, 1, 0, 1),
                                Functional.pad2d(turned, 1, 0, 0, 1),
                                Functional.pad2d(turned, 0, 1, 1, 0),
                                Functional.pad2d(turned, 1, 0, 1, 0)),
                        0)
                .sum(false, 0);
    }
}
