package dev.dafl.engine.training;

import dev.dafl.engine.config.OptimizerConfig;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.Optimizer;
import dev.dafl.tensor.optim.OptimizerOptions;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.StateException;
import dev.dafl.tensor.state.Stateful;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network that is being trained: the network, its optimizer, its learning rate over time, and how far gradients are
 * shortened. The network stays the caller's; closing this frees the optimizer.
 */
public final class Learner implements Stateful, AutoCloseable {

    private final Network network;
    private final OptimizerOptions options;
    private final LearningRate schedule;
    private final double clipNorm;
    private Optimizer optimizer;
    private double factor = 1;
    private long steps;

    /** @param steps of the network's whole training, which a learning rate may be laid over */
    public Learner(Network network, OptimizerConfig config, long steps) {
        this.network = network;
        this.options = config.options();
        this.schedule = config.rate(steps);
        this.clipNorm = config.clipNorm().orElse(Double.POSITIVE_INFINITY);
        this.optimizer = Optimizer.of(options, network.parameters());
    }

    public Network network() {
        return network;
    }

    /** The learning rate of the next {@link #update}. */
    public double rate() {
        return factor * schedule.at(steps);
    }

    /** Steps that {@link #advance} has counted since the training, or this {@linkplain #begin life} of the network, began. */
    public long steps() {
        return steps;
    }

    /** Changes the network by the gradients that backward has left. */
    public void update() {
        optimizer.step(rate(), clipNorm);
    }

    /** Moves the learning rate on by a step; several updates may share one. */
    public void advance() {
        steps++;
    }

    /** The network becomes like another of its kind, and learns from the beginning. */
    public void begin(Network other) {
        network.parameters().load(other.parameters().stateDict());
        forget();
        steps = 0;
    }

    /** The optimizer forgets what it has gathered. */
    public void forget() {
        optimizer.close();
        optimizer = Optimizer.of(options, network.parameters());
    }

    /** From now on the learning rate is {@code factor} times what it would be. */
    public void slowDown(double by) {
        factor *= by;
    }

    /** The product of all factors by which it was slowed down. */
    public double slowed() {
        return factor;
    }

    /** Everything that learning has changed: the network, and what its optimizer has gathered. The tensors stay theirs. */
    Map<String, Tensor> learned() {
        Map<String, Tensor> learned = new LinkedHashMap<>();
        network.parameters().stateDict().forEach((name, tensor) -> learned.put("network." + name, tensor));
        optimizer.state().forEach((name, tensor) -> learned.put("optimizer." + name, tensor));
        return learned;
    }

    /** Puts back what {@link #learned} gave, or copies of it. */
    void learn(Map<String, Tensor> learned) {
        loadLearned(State.of(learned, Map.of()));
    }

    @Override
    public void save(State state) {
        state.putAll(learned()).put("steps", steps).put("factor", factor);
    }

    @Override
    public void load(State state) {
        loadLearned(state);
        steps = state.number("steps");
        factor = state.real("factor");
    }

    private void loadLearned(State state) {
        network.parameters().stateDict().forEach(state.part("network")::copyInto);
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
