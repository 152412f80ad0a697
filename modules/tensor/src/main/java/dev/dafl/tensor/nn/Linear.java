package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.Optional;

/**
 * {@code torch.nn.Linear}: {@code [..., in]} to {@code [..., out]}, with PyTorch's initial values (uniform within
 * 1/sqrt(in)).
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
public record Linear(Tensor weight, Optional<Tensor> bias) implements Layer {

    public static Linear of(ParameterPath path, long in, long out) {
        return of(path, in, out, true);
    }

    public static Linear of(ParameterPath path, long in, long out, boolean bias) {
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(in));
        return new Linear(
                path.parameter("weight", uniform, out, in),
                bias ? Optional.of(path.parameter("bias", uniform, out)) : Optional.empty());
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor output = Functional.linear(input, weight, bias);
        pass.multiplyAdds(output.numel() * weight.size(1));
        return output;
    }
}
