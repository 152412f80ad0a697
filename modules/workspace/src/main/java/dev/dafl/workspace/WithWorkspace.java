package dev.dafl.workspace;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Workspace;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What has a workspace, and offers it as its own. */
public interface WithWorkspace extends Workspace {

    /** The workspace. */
    Workspace workspace();

    @Override
    default ImageShape shape() {
        return workspace().shape();
    }

    @Override
    default int classes() {
        return workspace().classes();
    }

    @Override
    default Normalization normalization() {
        return workspace().normalization();
    }

    @Override
    default Device device() {
        return workspace().device();
    }

    @Override
    default RandomStream random() {
        return workspace().random();
    }

    @Override
    default Network network(String name, Function<ParameterPath, Layer> build) {
        return workspace().network(name, build);
    }

    @Override
    default void renew(Network network, long number) {
        workspace().renew(network, number);
    }

    @Override
    default Learner learner(String name, List<Tensor> parameters, OptimizerOptions options, LearningRate rate) {
        return workspace().learner(name, parameters, options, rate);
    }

    @Override
    default Tensor tensor(String name, Supplier<Tensor> initial) {
        return workspace().tensor(name, initial);
    }

    @Override
    default Counter counter(String name) {
        return workspace().counter(name);
    }

    @Override
    default Rows rows(String name, long capacity, long... row) {
        return workspace().rows(name, capacity, row);
    }

    @Override
    default Bank bank(String name, long capacity) {
        return workspace().bank(name, capacity);
    }
}
