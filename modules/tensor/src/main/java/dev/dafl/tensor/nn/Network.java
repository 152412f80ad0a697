package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import java.util.function.Function;

/**
 * A module with the parameters that belong to it. Closing it frees them.
 *
 * @param module what it computes
 * @param parameters what it learned
 */
public record Network(Module module, Parameters parameters) implements AutoCloseable {

    /** Builds a module into an empty store, which is closed again should that fail. */
    public static Network build(Parameters empty, Function<Path, Module> builder) {
        try {
            return new Network(builder.apply(empty.root()), empty);
        } catch (RuntimeException e) {
            empty.close();
            throw e;
        }
    }

    public Tensor forward(Tensor input, Pass pass) {
        return module.forward(input, pass);
    }

    @Override
    public void close() {
        parameters.close();
    }
}
