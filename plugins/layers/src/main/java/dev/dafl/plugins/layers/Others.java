package dev.dafl.plugins.layers;

import dev.dafl.tensor.nn.Dropout;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.Linear;

/** Layers that take pictures, sequences and vectors alike. */
final class Others {

    private Others() {}

    static Spec pointwise(Layer layer) {
        return (_, input) -> new Spec.Built(layer, input);
    }

    static Spec leakyRelu(Entry entry) {
        return pointwise(Layers.leakyRelu(entry.number("slope", 0.01, 0, Double.MAX_VALUE)));
    }

    static Spec dropout(Entry entry) {
        return pointwise(new Dropout(entry.number("probability", 0.5, 0, 1)));
    }

    static Spec flatten(Entry entry) {
        return (_, input) -> new Spec.Built(Layers.flatten(), new Shape.Vector(input.count()));
    }

    static Spec linear(Entry entry) {
        long out = entry.count("out");
        boolean bias = entry.flag("bias", true);
        return (path, input) -> {
            if (input instanceof Shape.Sequence sequence) {
                // Of each place alone.
                Weights.check(entry::mistake, out, sequence.size());
                return new Spec.Built(
                        Linear.of(path, sequence.size(), out, bias), new Shape.Sequence(sequence.length(), out));
            }
            Weights.check(entry::mistake, out, input.count());
            Linear linear = Linear.of(path, input.count(), out, bias);
            return new Spec.Built((x, pass) -> linear.forward(x.flatten(1), pass), new Shape.Vector(out));
        };
    }
}
