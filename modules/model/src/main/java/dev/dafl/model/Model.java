package dev.dafl.model;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.tools.Classifier;
import dev.dafl.host.PluginHost;
import dev.dafl.libtorch.CacheFolder;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A trained network that classifies images, on the CPU in float32:
 * {@snippet :
 * try (Model model = Model.load(Path.of("student.safetensors"))) {
 *     Prediction seen = model.classify(ImageIO.read(new File("seven.png")));
 *     System.out.println(seen.name() + " " + seen.probability());
 * }
 * }
 *
 * <p>Which network a file is of, it says itself: weights that dafl has written name the plugin, which is started in a microkernel
 * of the model's own; a graph of ONNX is the network. Plugins are those of the installation ({@code dafl.home}), or bundles on the
 * class path. One thread at a time may use a model. Closing it frees the network and stops the plugins.
 */
public final class Model implements AutoCloseable {

    private final PluginHost plugins;
    private final Classifier classifier;

    private Model(PluginHost plugins, Classifier classifier) {
        this.plugins = plugins;
        this.classifier = classifier;
    }

    /**
     * Reads {@code student.safetensors} or {@code teacher.safetensors} of a run, or a graph of ONNX that says how its images are
     * normalised, as {@code dafl export} writes it.
     *
     * @throws IllegalArgumentException when the file is not there or cannot be used, in one sentence that says why
     * @throws IOException when it cannot be read
     */
    public static Model load(Path file) throws IOException {
        return load(file, Optional.empty());
    }

    /**
     * As {@link #load(Path)}, for a file that does not say all of it.
     *
     * @param experiment a YAML file whose {@code teacher:} names the network and whose {@code input:} or {@code data:} says what its
     *     images are
     */
    public static Model load(Path file, Path experiment) throws IOException {
        return load(file, Optional.of(experiment));
    }

    private static Model load(Path file, Optional<Path> experiment) throws IOException {
        PluginHost plugins = PluginHost.start(List.of());
        try {
            return new Model(plugins, Classifier.of(file, experiment, plugins, CacheFolder.ofUser()));
        } catch (ConfigException e) {
            plugins.close();
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            plugins.close();
            throw e;
        }
    }

    /** Of the network's input. */
    public ImageShape shape() {
        return classifier.task().shape();
    }

    /** By label. */
    public List<String> classNames() {
        return classifier.task().classNames();
    }

    /** What images are normalised with. */
    public Normalization normalization() {
        return classifier.task().normalization();
    }

    /**
     * Says what a picture shows. A picture of another size is brought to the network's as the run did it that made the network.
     *
     * @throws IllegalArgumentException when the network takes neither grey images nor colours
     */
    public Prediction classify(BufferedImage image) {
        int channels = shape().channels();
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("pictures are grey or have three colours, and this network takes "
                    + channels + " channels; give it tensors");
        }
        try (TensorScope _ = TensorScope.open()) {
            return predictions(classifier.logits(classifier.prepared(Pixels.of(image, channels))))
                    .getFirst();
        }
    }

    /**
     * Says what images show.
     *
     * @param images uint8 {@code [n, c, h, w]} of any size, 0 black to 255; or float32 {@code [n, c, h, w]} of the network's
     *     {@linkplain #shape shape}, normalised already
     * @return one for each image
     */
    public List<Prediction> classify(Tensor images) {
        try (TensorScope _ = TensorScope.open()) {
            return predictions(logits(images));
        }
    }

    /**
     * The network's output itself.
     *
     * @param images as of {@link #classify(Tensor)}
     * @return float32 {@code [n, classes]}; belongs to the innermost scope
     */
    public Tensor logits(Tensor images) {
        return classifier.logits(images.dtype() == DType.UINT8 ? classifier.prepared(images) : images);
    }

    private List<Prediction> predictions(Tensor logits) {
        int classes = classNames().size();
        float[] shares = logits.softmax(1).toFloats();
        List<Prediction> all = new ArrayList<>();
        for (int start = 0; start < shares.length; start += classes) {
            List<Double> probabilities = new ArrayList<>();
            int best = 0;
            for (int c = 0; c < classes; c++) {
                probabilities.add((double) shares[start + c]);
                best = shares[start + c] > shares[start + best] ? c : best;
            }
            all.add(new Prediction(best, classNames().get(best), probabilities));
        }
        return all;
    }

    @Override
    public void close() {
        try {
            classifier.close();
        } finally {
            plugins.close();
        }
    }
}
