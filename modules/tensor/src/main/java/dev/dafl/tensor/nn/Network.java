package dev.dafl.tensor.nn;

import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.function.Function;

/**
 * A module with the parameters that belong to it. Closing it frees them.
 *
 * @param module what it computes
 * @param parameters what it learned, in float32
 * @param bfloat16 whether its passes run under bfloat16 {@linkplain Autocast autocast}
 */
public record Network(Layer module, Parameters parameters, boolean bfloat16) implements AutoCloseable {

    /** Builds a module into an empty store, which is closed again should that fail. It computes in float32. */
    public static Network build(Parameters empty, Function<ParameterPath, Layer> builder) {
        try {
            return new Network(builder.apply(empty.root()), empty, false);
        } catch (RuntimeException e) {
            empty.close();
            throw e;
        }
    }

    /** The same module and parameters with passes in float32; to be closed once, under whichever name. */
    public Network inFloat32() {
        return bfloat16 ? new Network(module, parameters, false) : this;
    }

    /** The same module and parameters with passes under bfloat16 autocast; to be closed once, under whichever name. */
    public Network inBfloat16() {
        return bfloat16 ? this : new Network(module, parameters, true);
    }

    /**
     * Runs the module and frees what lies between its input and its result, but for what the pass records: the graph holds
     * what a backward needs and lets go of it on the way. Where its parameters know of {@linkplain dev.dafl.tensor.Ranks ranks},
     * each computes some of the rows, and input and result are those of the whole batch in all of them.
     *
     * @return the module's result; under autocast in float32, and so are the features that the pass records
     */
    public Tensor forward(Tensor input, Pass pass) {
        return parameters.ranks().together() ? new Together(this).forward(input, pass) : alone(input, pass);
    }

    /** In this process. */
    Tensor alone(Tensor input, Pass pass) {
        try (TensorScope _ = TensorScope.open();
                Autocast _ = bfloat16 ? Autocast.bfloat16(parameters.device().type()) : Autocast.off()) {
            Tensor result = module.forward(input, pass);
            pass.recordedToOuter();
            return (bfloat16 ? result.to(DType.FLOAT32) : result).toOuter();
        }
    }

    @Override
    public void close() {
        parameters.close();
    }
}
