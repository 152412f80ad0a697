package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;

/**
 * {@code torch.nn.LayerNorm} over the last dimensions of {@code [..., shape]}: each is normalised by its own mean and variance,
 * in training as in evaluation.
 *
 * @param weight of that shape
 * @param bias of that shape
 * @param eps added to the variance
 */
public record LayerNorm(Tensor weight, Tensor bias, double eps) implements Layer {

    /** @param shape sizes of the last dimensions, such as {@code d} for {@code [n, d]} */
    public static LayerNorm of(ParameterPath path, double eps, long... shape) {
        return new LayerNorm(
                path.parameter("weight", Initializer.constant(1), shape),
                path.parameter("bias", Initializer.constant(0), shape),
                eps);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        return Functional.layerNorm(input, weight.shape(), Optional.of(weight), Optional.of(bias), eps);
    }
}
