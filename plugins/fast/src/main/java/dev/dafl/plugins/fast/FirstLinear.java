package dev.dafl.plugins.fast;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The first linear layer of a network, which mixes the columns of its input.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]}
 */
record FirstLinear(Tensor weight, Optional<Tensor> bias) {

    private static final String WEIGHT = ".weight";

    /** Empty where the network has none. */
    static Optional<FirstLinear> of(Network network) {
        Map<String, Tensor> parameters = network.parameters().stateDict();
        return parameters.entrySet().stream()
                .filter(entry -> entry.getValue().dim() == 2 && entry.getKey().endsWith(WEIGHT))
                .findFirst()
                .map(entry -> new FirstLinear(
                        entry.getValue(),
                        Optional.ofNullable(parameters.get(
                                entry.getKey().substring(0, entry.getKey().length() - WEIGHT.length()) + ".bias"))));
    }

    /** Gives it values as those of an untrained one: uniform within 1/sqrt(in). */
    void reset(RandomGenerator random) {
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(weight.size(1)));
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            weight.copy_(uniform.values(weight.shape(), random));
            bias.ifPresent(values -> values.copy_(uniform.values(values.shape(), random)));
        }
    }
}
