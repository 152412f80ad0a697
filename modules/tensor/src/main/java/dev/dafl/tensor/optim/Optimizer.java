package dev.dafl.tensor.optim;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Parameters;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes parameters by their gradients. Closing it frees its state, not the parameters.
 *
 * <pre>{@code
 * loss.backward();
 * optimizer.step(learningRate.at(step));
 * }</pre>
 */
@ProviderType
public interface Optimizer extends AutoCloseable {

    /** For all trainable parameters of a network. */
    static Optimizer of(OptimizerOptions options, Parameters parameters) {
        return new FusedOptimizer(options, parameters.trainable());
    }

    /** For tensors that ask for gradients, such as images that are to be found; they stay the caller's. */
    static Optimizer of(OptimizerOptions options, List<Tensor> parameters) {
        return new FusedOptimizer(options, List.copyOf(parameters));
    }

    /**
     * One step along the gradients that backward has left, which are taken away by it ({@code zero_grad} with
     * {@code set_to_none}). A parameter without a gradient is left as it is.
     */
    void step(double learningRate);

    /**
     * One step with all gradients together shortened to a Euclidean length of {@code maxNorm}, where they are longer
     * ({@code clip_grad_norm_}).
     */
    void step(double learningRate, double maxNorm);

    /** Forgets gradients without a step. */
    void zeroGrad();

    /** The state by name, such as {@code exp_avg.3}; the tensors stay the optimizer's. */
    Map<String, Tensor> state();

    /**
     * Copies a state that {@link #state} gave.
     *
     * @throws IllegalArgumentException when names or shapes differ
     */
    void load(Map<String, Tensor> state);

    @Override
    void close();
}
