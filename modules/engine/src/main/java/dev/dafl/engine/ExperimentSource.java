package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.engine.training.Statistics;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSource;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a transfer set may be made from in one run.
 *
 * @param training the images that the teacher was trained on; there where the set has asked for them
 * @param task of the teacher
 * @param teacher frozen
 * @param others the datasets that the set is made from besides
 * @param recorded the file with the teacher's activation statistics, which is there where the set has asked for them
 */
record ExperimentSource(
        Optional<Dataset> training,
        Task task,
        Map<PluginReference, Dataset> others,
        ExperimentConfig config,
        Network teacher,
        Path recorded,
        Compute compute,
        RandomStream random)
        implements TransferSource {

    @Override
    public ImageShape shape() {
        return task.shape();
    }

    @Override
    public int classes() {
        return task.classes();
    }

    @Override
    public Device device() {
        return compute.device();
    }

    @Override
    public TransferSet original() {
        return images(training.orElseThrow(
                        () -> new IllegalArgumentException("the transfer set asks for the images that"
                                + " the teacher was trained on, which its method needs does not name")))
                .fitted(config.data().orElseThrow().fit())
                .with(config.teacher().augment())::batch;
    }

    @Override
    public TransferSet dataset(PluginReference dataset, int border) {
        Dataset other = others.get(dataset);
        if (other == null) {
            throw new IllegalArgumentException("the transfer set asks for the dataset " + dataset.name()
                    + ", which its method datasets does not name");
        }
        return images(other).within(border)::batch;
    }

    @Override
    public Judgement judge(Tensor images) {
        Pass pass = Pass.evaluate().recording(Set.of(Recorded.FEATURES));
        Tensor logits = teacher.inFloat32().forward(images, pass);
        return new Judgement(
                logits,
                pass.features()
                        .orElseThrow(
                                () -> new IllegalArgumentException("the teacher hands no features to Pass.features")));
    }

    @Override
    public ActivationStatistics statistics() throws IOException {
        try {
            ActivationStatistics read = Statistics.read(Safetensors.read(recorded));
            return new ActivationStatistics(
                    read.featureMean().to(device()),
                    read.featureStd().to(device()),
                    read.logitMean().to(device()),
                    read.logitStd().to(device()));
        } catch (SafetensorsException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(recorded + ": " + e.getMessage(), e);
        }
    }

    /** All are normalised as the teacher's own images are. */
    private LabelledImages images(Dataset from) {
        return new LabelledImages(from.train(), task.normalization(), task.shape(), compute.device());
    }
}
