package dev.dafl.plugins.batchnorm;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Workspace;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A workspace of tensors and numbers that a run which was stopped could go on with. */
final class KeptValues implements Workspace, AutoCloseable {

    private final TensorScope scope = TensorScope.detached();
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();

    /** What a checkpoint of this one holds, in a workspace of its own. */
    KeptValues again() {
        KeptValues again = new KeptValues();
        tensors.forEach((name, tensor) -> again.tensor(name, () -> tensor));
        again.numbers.putAll(numbers);
        return again;
    }

    @Override
    public Tensor tensor(String name, Supplier<Tensor> initial) {
        return tensors.computeIfAbsent(name, _ -> initial.get().copy().moveTo(scope));
    }

    @Override
    public Counter counter(String name) {
        return new Counter() {

            @Override
            public long get() {
                return numbers.getOrDefault(name, 0L);
            }

            @Override
            public void set(long value) {
                numbers.put(name, value);
            }
        };
    }

    @Override
    public void close() {
        scope.close();
    }

    @Override
    public ImageShape shape() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int classes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Normalization normalization() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public RandomStream random() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Network network(String name, Function<ParameterPath, Layer> build) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void renew(Network network, long number) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Learner learner(String name, List<Tensor> parameters, OptimizerOptions options, LearningRate rate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Rows rows(String name, long capacity, long... row) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Bank bank(String name, long capacity) {
        throw new UnsupportedOperationException();
    }
}
