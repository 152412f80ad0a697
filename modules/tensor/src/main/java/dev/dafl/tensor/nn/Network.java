package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
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

    /**
     * Runs the module and frees what lies between its input and its result, but for what the pass records: the graph holds
     * what a backward needs and lets go of it on the way.
     */
    public Tensor forward(Tensor input, Pass pass) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor result = module.forward(input, pass);
            pass.recordedToOuter();
            return result.toOuter();
        }
    }

    @Override
    public void close() {
        parameters.close();
    }
}
