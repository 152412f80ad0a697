package dev.dafl.engine.tools;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The network of a weights file with its weights, on the CPU in float32. Closing it frees the network.
 *
 * @param model as it is written in an experiment
 * @param plugin that has built it
 * @param task what it is for
 * @param fit how images of another size are brought to that of the task
 */
record WeightsNetwork(Network network, Component model, BoundPlugin<ClassifierFactory<?>> plugin, Task task, Fit fit)
        implements AutoCloseable {

    /**
     * @param described an experiment whose data and teacher say what the weights are of; the file's own description where it
     *     is empty
     * @param overrides as for an experiment
     */
    static WeightsNetwork of(
            Path weights,
            Optional<Path> described,
            Map<String, String> overrides,
            Extensions extensions,
            Path cache,
            RunListener listener)
            throws IOException {
        TrainedFile trained = new TrainedFile(weights);
        ExperimentFile file = trained.experiment(described, overrides, "export");
        Experiment experiment = Experiment.bind(file, extensions);
        BoundPlugin<ClassifierFactory<?>> plugin = experiment.parts().teacher();
        Networks networks = new Networks(file, new Compute(Device.CPU, false), new RandomStream(0));
        try (TensorScope _ = TensorScope.open()) {
            Task task = task(experiment, trained, cache, listener);
            Network network = networks.classifier("teacher", plugin, task.shape(), task.classes());
            try {
                trained.into(network, file.config().teacher(), task);
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
            return new WeightsNetwork(
                    network,
                    file.config().teacher().model(),
                    plugin,
                    task,
                    file.config().data().map(DataConfig::fit).orElse(Fit.RESIZE));
        }
    }

    /** The data are looked at only where nothing else tells it. */
    private static Task task(Experiment experiment, TrainedFile trained, Path cache, RunListener listener)
            throws IOException {
        Optional<Task> told = experiment.task().map(TeacherTask.Found::task).or(trained::task);
        if (told.isPresent()) {
            return experiment
                    .config()
                    .data()
                    .map(data -> told.get().of(data.dataset().name()))
                    .orElseGet(told::get);
        }
        Dataset dataset = experiment.load(experiment.parts().dataset().orElseThrow(), cache, listener);
        return Task.of(dataset, experiment.config().data().orElseThrow());
    }

    @Override
    public void close() {
        network.close();
    }
}
