package dev.dafl.workspace;

import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.Optimizer;
import dev.dafl.tensor.optim.OptimizerOptions;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.StateException;
import java.util.List;

/** An optimizer with its learning rate by the steps that it has taken. The tensors stay the workspace's. */
final class TensorLearner implements Part, Learner {

    private final List<Tensor> parameters;
    private final OptimizerOptions options;
    private final LearningRate rate;
    private Optimizer optimizer;
    private long steps;

    TensorLearner(List<Tensor> parameters, OptimizerOptions options, LearningRate rate) {
        this.parameters = List.copyOf(parameters);
        this.options = options;
        this.rate = rate;
        this.optimizer = Optimizer.of(options, this.parameters);
    }

    @Override
    public void step() {
        step(Double.POSITIVE_INFINITY);
    }

    @Override
    public void step(double maxNorm) {
        optimizer.step(rate.at(steps), maxNorm);
        steps++;
    }

    @Override
    public void zeroGrad() {
        optimizer.zeroGrad();
    }

    @Override
    public void restart() {
        optimizer.close();
        optimizer = Optimizer.of(options, parameters);
        steps = 0;
    }

    @Override
    public void save(State state) {
        state.put("steps", steps).part("optimizer").putAll(optimizer.state());
    }

    @Override
    public void load(State state) {
        steps = state.number("steps");
        try {
            optimizer.load(state.part("optimizer").tensors());
        } catch (IllegalArgumentException e) {
            throw new StateException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
