package dev.dafl.onnx;

import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Model;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.network.Fusion;
import dev.dafl.onnx.network.GraphNetwork;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A classifier in an ONNX file, of opset {@value Model#OLDEST_OPSET} to {@value Model#NEWEST_OPSET}: a graph with one input of
 * images, of which one output has a number for each class. It becomes a {@link Layer} on dafl's tensors, so that gradients
 * pass through it to the images, and its weights can be trained.
 *
 * <p>Nothing of a file is believed, and no other file is read for it than those in its folder that it names for its weights.
 * A Softmax, LogSoftmax or Sigmoid at the end is taken off, so that the network gives logits.
 */
public final class OnnxModel {

    private final Path file;
    private final Graph graph;
    private final ImageInput images;
    private final Optional<Integer> classes;
    private final List<String> classNames;
    private final Optional<Normalization> normalization;
    private final List<String> notes;

    /**
     * x = (pixel / 255 - mean) / std, channel by channel.
     *
     * @param mean one for each channel
     * @param std one for each channel, above 0
     */
    public record Normalization(List<Double> mean, List<Double> std) {

        public Normalization {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
        }

        /** Empty where the numbers do not fit each other. */
        static Optional<Normalization> of(List<Double> mean, List<Double> std) {
            return mean.size() == std.size() && std.stream().allMatch(s -> s > 0)
                    ? Optional.of(new Normalization(mean, std))
                    : Optional.empty();
        }

        static Normalization of(int channels, double mean, double std) {
            return new Normalization(Collections.nCopies(channels, mean), Collections.nCopies(channels, std));
        }
    }

    /** What the parameters of a network begin with. */
    public enum Weights {
        /** The values in the file. */
        FILE,
        /** New values, as PyTorch begins with: the network has learned nothing. */
        FRESH
    }

    private OnnxModel(Path file, Model model, Optional<String> input, Optional<String> output) {
        Head head = Head.of(model.graph(), output);
        this.file = file;
        this.graph = head.graph();
        Supported.require(graph);
        this.images = ImageInput.of(graph, input);
        this.classes = head.classes();
        List<String> all = new ArrayList<>(head.notes());
        Metadata metadata = new Metadata(model.metadata());
        this.classNames = named(metadata.classNames().orElse(head.classNames()), all);
        this.normalization = metadata.normalization(images.channels());
        this.notes = List.copyOf(all);
    }

    /**
     * Reads a model whose graph has one input of images and one output for classes, or several outputs of which one is
     * {@code [n, classes]}. Weights are passed over until {@link #network} asks for them.
     *
     * @throws IOException when the file cannot be read; the message names it
     * @throws IllegalArgumentException when it is no sound model or one that is not computed here; the message names the file
     *     and says why, and all operators that are missing
     */
    public static OnnxModel read(Path file) throws IOException {
        return read(file, Optional.empty(), Optional.empty());
    }

    /**
     * @param input the name of the input of images, where it is not the only one
     * @param output the name of the output that has a number for each class
     */
    public static OnnxModel read(Path file, Optional<String> input, Optional<String> output) throws IOException {
        try {
            return new OnnxModel(file, Model.read(file), input, output);
        } catch (OnnxException e) {
            throw e.in(file);
        }
    }

    private List<String> named(List<String> names, List<String> notes) {
        if (classes.isPresent() && !names.isEmpty() && names.size() != classes.get()) {
            notes.add("its names of classes are not used: there are " + names.size() + " of them for " + classes.get()
                    + " classes");
            return List.of();
        }
        return names.stream().map(Shown::shortened).toList();
    }

    /** Of the images; empty where the graph leaves them open. */
    public Optional<Integer> channels() {
        return images.channels();
    }

    /** Of the images; empty where the graph leaves it open. */
    public Optional<Integer> height() {
        return images.height();
    }

    /** Of the images; empty where the graph leaves it open. */
    public Optional<Integer> width() {
        return images.width();
    }

    /** How many there are; empty where only computing the graph shows it. */
    public Optional<Integer> classes() {
        return classes;
    }

    /** By label; empty where the file does not name them. */
    public List<String> classNames() {
        return classNames;
    }

    /** What its images are normalised with, where the file says it. */
    public Optional<Normalization> normalization() {
        return normalization;
    }

    /** What was done to make it a network that gives logits, in sentences without a full stop. */
    public List<String> notes() {
        return notes;
    }

    /**
     * The graph as a network: {@code [n, channels, height, width]} to logits {@code [n, classes]}, for batches of any size,
     * also where the graph was exported for one. Weights become parameters with the names that they have in the file, as far
     * as such names can be; those of matrix products are {@code [out, in]}, as PyTorch has them. What enters the last layer of
     * weights is handed to {@link dev.dafl.tensor.nn.Pass#features}; where that is a convolution, its mean over the places.
     *
     * <p>It is run on a few made-up images, so that what it cannot compute is told now.
     *
     * @param path the root, from which parameters take their names
     * @throws IllegalArgumentException when the images or classes are not those of the graph, or it cannot be computed
     */
    public Layer network(ParameterPath path, int channels, int height, int width, int classes, Weights weights) {
        try {
            requireImages(channels, height, width);
            if (this.classes.isPresent() && this.classes.get() != classes) {
                throw new OnnxException(
                        "it tells " + this.classes.get() + " classes apart, and " + classes + " are asked for");
            }
            return GraphNetwork.of(
                    Fusion.of(graph),
                    images.input(),
                    images.exportedFor(),
                    new long[] {channels, height, width},
                    classes,
                    path,
                    weights == Weights.FILE);
        } catch (OnnxException e) {
            throw e.in(file);
        }
    }

    private void requireImages(int channels, int height, int width) {
        boolean fits = images.channels().orElse(channels) == channels
                && images.height().orElse(height) == height
                && images.width().orElse(width) == width;
        if (!fits) {
            throw new OnnxException("it takes images of " + text(images.channels()) + "x" + text(images.height()) + "x"
                    + text(images.width()) + " (channels, height, width), and " + channels + "x" + height + "x" + width
                    + " are given");
        }
        if (images.pixels().isPresent() && images.pixels().get() != (long) channels * height * width) {
            throw new OnnxException("it takes images of " + images.pixels().get() + " numbers in a row, and " + channels
                    + "x" + height + "x" + width + " are given");
        }
    }

    private static String text(Optional<Integer> size) {
        return size.map(String::valueOf).orElse("any");
    }
}
