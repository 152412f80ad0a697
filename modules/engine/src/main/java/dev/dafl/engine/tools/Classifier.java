package dev.dafl.engine.tools;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.LabelledImages;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The network of a file as somebody uses it who has images: on the CPU in float32. May be used by one thread at a time; closing
 * it frees the network.
 */
public final class Classifier implements AutoCloseable {

    private final WeightsNetwork network;
    private final Fit fit;

    private Classifier(WeightsNetwork network, Fit fit) {
        this.network = network;
        this.fit = fit;
    }

    /**
     * Reads weights that dafl has written, or a graph of ONNX that says what its images are.
     *
     * @param described an experiment whose data and teacher, or whose input, say what the file leaves open
     * @param cache for data that have to be looked at to know the task
     * @throws ConfigException when the file cannot be read, or does not say what it is of
     */
    public static Classifier of(Path file, Optional<Path> described, Extensions extensions, Path cache)
            throws IOException {
        WeightsNetwork network = WeightsNetwork.of(file, described, Map.of(), extensions, cache, _ -> {});
        return new Classifier(network, network.fit());
    }

    /** What it sees and says. */
    public Task task() {
        return network.task();
    }

    /** How images of another size are brought to that of the network. */
    public Fit fit() {
        return fit;
    }

    /**
     * Images as the network wants them.
     *
     * @param pixels uint8 {@code [n, c, h, w]} of any height and width
     * @return float32 {@code [n, c, h, w]} of the task's, normalised; belongs to the innermost scope
     */
    public Tensor prepared(Tensor pixels) {
        try (GradMode _ = GradMode.disabled();
                TensorScope _ = TensorScope.open()) {
            Split split = new Split(pixels, Tensor.zeros(DType.INT64, Device.CPU, pixels.size(0)));
            return new LabelledImages(split, task().normalization(), task().shape(), Device.CPU)
                    .fitted(fit)
                    .images(0, pixels.size(0))
                    .toOuter();
        }
    }

    /**
     * What the network says.
     *
     * @param images float32 {@code [n, c, h, w]}, normalised
     * @return float32 {@code [n, classes]}; belongs to the innermost scope
     */
    public Tensor logits(Tensor images) {
        try (GradMode _ = GradMode.disabled();
                TensorScope _ = TensorScope.open()) {
            return network.network().forward(images, Pass.frozen()).toOuter();
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
