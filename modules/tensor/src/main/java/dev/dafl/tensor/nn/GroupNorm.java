package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;

/**
 * {@code torch.nn.GroupNorm} over {@code [n, c, ...]}: each image's groups of channels are normalised by their own mean and
 * variance, in training as in evaluation.
 *
 * @param groups that the channels are split into
 * @param weight {@code [c]}
 * @param bias {@code [c]}
 * @param eps added to the variance
 */
public record GroupNorm(long groups, Tensor weight, Tensor bias, double eps) implements Layer {

    public static GroupNorm of(ParameterPath path, long groups, long channels) {
        return of(path, groups, channels, 1e-5);
    }

    /** @throws IllegalArgumentException where the channels cannot be split into the groups */
    public static GroupNorm of(ParameterPath path, long groups, long channels, double eps) {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    "a group norm cannot split " + channels + " channels into " + groups + " groups");
        }
        return new GroupNorm(
                groups,
                path.parameter("weight", Initializer.constant(1), channels),
                path.parameter("bias", Initializer.constant(0), channels),
                eps);
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        return Functional.groupNorm(input, groups, Optional.of(weight), Optional.of(bias), eps);
    }
}
