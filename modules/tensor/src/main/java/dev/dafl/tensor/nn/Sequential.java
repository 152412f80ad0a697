package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import java.util.List;

/**
 * Modules one after another.
 *
 * @param modules the first sees the input
 */
public record Sequential(List<Layer> modules) implements Layer {

    public Sequential {
        modules = List.copyOf(modules);
    }

    public static Sequential of(Layer... modules) {
        return new Sequential(List.of(modules));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = input;
        for (Layer module : modules) {
            x = module.forward(x, pass);
        }
        return x;
    }
}
