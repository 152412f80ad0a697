package dev.dafl.engine.tools;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.TestConfig;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.engine.training.Evaluation;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The accuracy of a weights file, or of a graph of ONNX, on test data.
 *
 * @param weights the file
 * @param model the network
 * @param dataset what it was measured on
 * @param images how many
 * @param accuracy 0 to 1
 * @param parameters trainable numbers
 */
public record WeightsEvaluation(
        String weights, String model, String dataset, long images, double accuracy, long parameters) {

    /**
     * Measures a file.
     *
     * @param described an experiment whose data and teacher say what the weights are of, or whose data or input say what the
     *     graph takes; the file's own description where it is empty
     * @param overrides as for an experiment
     * @param listener hears how far downloading and reading the data are
     */
    public static WeightsEvaluation of(
            Path weights,
            Optional<Path> described,
            Map<String, String> overrides,
            Extensions extensions,
            Path cache,
            RunListener listener)
            throws IOException {
        TrainedFile trained = new TrainedFile(weights);
        ExperimentFile file = trained.experiment(described, overrides, "evaluation");
        Experiment experiment = Experiment.bind(file, extensions);
        ExperimentConfig config = file.config();
        Experiment.Choice choice = Experiment.choose(file);
        try (TensorScope _ = TensorScope.open()) {
            BoundPlugin<DatasetFactory<?>> measured = experiment
                    .parts()
                    .test()
                    .or(experiment.parts()::dataset)
                    .orElseThrow(() -> new ConfigException(weights
                            + " does not name the data to measure it on; name a data set, such as --test mnist"));
            Dataset dataset = experiment.load(measured, cache, listener);
            Task task = experiment
                    .task()
                    .map(TeacherTask.Found::task)
                    .orElseGet(() -> Task.of(dataset, config.data().orElseThrow()));
            experiment.requireMeasurable(dataset, measured, task);
            Networks networks = new Networks(file, choice.compute(), new RandomStream(0));
            try (Network network =
                    networks.classifier("teacher", experiment.parts().teacher(), task.shape(), task.classes())) {
                trained.into(network, config.teacher(), task);
                LabelledImages test = new LabelledImages(
                                dataset.test(),
                                task.normalization(),
                                task.shape(),
                                choice.compute().device())
                        .fitted(config.test()
                                .map(TestConfig::fit)
                                .or(() -> config.data().map(DataConfig::fit))
                                .orElseThrow());
                return new WeightsEvaluation(
                        weights.toString(),
                        config.teacher().model().name(),
                        measured.plugin().name(),
                        test.count(),
                        Evaluation.accuracy(network, test),
                        network.parameters().count());
            }
        }
    }
}
