package dev.dafl.onnx;

import dev.dafl.onnx.graph.ElementType;
import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.graph.ValueType;
import dev.dafl.onnx.network.Facts;
import dev.dafl.onnx.network.Input;
import dev.dafl.onnx.network.Input.Order;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one input of a graph that takes images, and what the graph says of them.
 *
 * @param exportedFor the one size of batches that the graph says it takes; 0 for any
 * @param pixels how many numbers an image has where they lie in one row
 */
record ImageInput(
        Input input,
        long exportedFor,
        Optional<Integer> channels,
        Optional<Integer> height,
        Optional<Integer> width,
        Optional<Integer> pixels) {

    /** Images have no more; what is larger is a height or a width. */
    private static final long MOST_CHANNELS = 4;

    /** Larger ones are no batches of a classifier's export. */
    private static final long LARGEST_BATCH = 512;

    private static final long LARGEST_SIZE = 1 << 16;

    /** What a network may do with images before its first layer. */
    private static final Set<String> PREPARING = Set.of("Sub", "Div", "Mul", "Add", "Cast", "Identity");

    /**
     * @param graph of one output
     * @param wanted the name of an input
     */
    static ImageInput of(Graph graph, Optional<String> wanted) {
        ValueType type = input(graph, wanted);
        if (!type.tensor() || !type.floating()) {
            throw new OnnxException("its input " + Shown.quoted(type.name()) + " takes "
                    + (type.tensor() ? ElementType.name(type.elementType()) : "no tensor")
                    + ", and dafl's images are floating numbers, normalised; export the network without what reads and"
                    + " scales the pixels");
        }
        Optional<Node> first = first(graph, type.name());
        List<Long> shape = type.shape().orElseGet(() -> ofFirst(type, first, new Facts(graph)));
        Order order = switch (shape.size()) {
            case 2 -> Order.FLAT;
            case 3 -> Order.GREY;
            case 4 -> isChannelsLast(shape, first) ? Order.CHANNELS_LAST : Order.CHANNELS_FIRST;
            default ->
                throw new OnnxException("its input " + Shown.quoted(type.name()) + " is "
                        + type.shapeText() + ", and a batch of images is [n, channels, height, width], or"
                        + " [n, numbers]");
        };
        long batch = shape.getFirst();
        if (batch > LARGEST_BATCH) {
            throw new OnnxException("its input " + Shown.quoted(type.name()) + " is " + type.shapeText()
                    + ": it was exported for batches of " + batch + " alone; export it with a batch of any size");
        }
        for (long size : shape) {
            if (size > LARGEST_SIZE && order != Order.FLAT) {
                throw new OnnxException("its input " + Shown.quoted(type.name()) + " is " + type.shapeText()
                        + ", and no image is that large");
            }
        }
        Input input = new Input(type.name(), order);
        long exportedFor = Math.max(0, batch);
        return switch (order) {
            case CHANNELS_FIRST ->
                new ImageInput(
                        input,
                        exportedFor,
                        size(shape, 1).or(() -> channels(first, new Facts(graph))),
                        size(shape, 2),
                        size(shape, 3),
                        Optional.empty());
            case CHANNELS_LAST ->
                new ImageInput(input, exportedFor, size(shape, 3), size(shape, 1), size(shape, 2), Optional.empty());
            case GREY ->
                new ImageInput(input, exportedFor, Optional.of(1), size(shape, 1), size(shape, 2), Optional.empty());
            case FLAT ->
                new ImageInput(
                        input, exportedFor, Optional.empty(), Optional.empty(), Optional.empty(), size(shape, 1));
        };
    }

    /** Of those that the output needs. */
    private static ValueType input(Graph graph, Optional<String> wanted) {
        Set<String> read = new HashSet<>();
        graph.nodes().forEach(node -> read.addAll(node.reads()));
        List<ValueType> needed = graph.inputs().stream()
                .filter(input -> read.contains(input.name()))
                .toList();
        List<String> names = needed.stream().map(ValueType::name).toList();
        if (wanted.isPresent() && !names.contains(wanted.get())) {
            throw new OnnxException(
                    "its output needs no input " + Shown.quoted(wanted.get()) + "; it needs " + Shown.listed(names));
        }
        if (needed.size() != 1) {
            throw new OnnxException(
                    needed.isEmpty()
                            ? "its output needs no input, so that it classifies no images"
                            : "its output needs " + needed.size() + " inputs, " + Shown.listed(names)
                                    + ", where one of images is due; export it with the others as constants, or name"
                                    + " an output that needs one alone");
        }
        return needed.getFirst();
    }

    /** The first node that does more with images than to scale them. */
    private static Optional<Node> first(Graph graph, String input) {
        String name = input;
        for (Node node : graph.nodes()) {
            if (node.inputs().contains(name)) {
                if (!node.domain().isEmpty() || !PREPARING.contains(node.operator())) {
                    return Optional.of(node);
                }
                name = node.output();
            }
        }
        return Optional.empty();
    }

    private static List<Long> ofFirst(ValueType type, Optional<Node> first, Facts facts) {
        int rank = first.filter(node -> node.is("Conv"))
                .flatMap(node -> facts.shape(node.input(1)))
                .map(weight -> weight.length)
                .orElseThrow(() -> new OnnxException("it does not say which shape its input "
                        + Shown.quoted(type.name()) + " has; export it with one, or run onnx.shape_inference on it"));
        Long[] open = new Long[rank];
        Arrays.fill(open, ValueType.OPEN);
        return List.of(open);
    }

    private static boolean isChannelsLast(List<Long> shape, Optional<Node> first) {
        if (first.filter(node -> node.is("Conv")).isPresent()) {
            return false;
        }
        boolean turned = first.filter(node -> node.is("Transpose"))
                .flatMap(node -> node.attributes().integers("perm"))
                .filter(perm -> Arrays.equals(perm, new long[] {0, 3, 1, 2}))
                .isPresent();
        return turned || (!isChannels(shape.get(1)) && isChannels(shape.get(3)));
    }

    private static boolean isChannels(long size) {
        return size > 0 && size <= MOST_CHANNELS;
    }

    private static Optional<Integer> size(List<Long> shape, int dim) {
        return Optional.of(shape.get(dim))
                .filter(size -> size > 0 && size <= Integer.MAX_VALUE)
                .map(Long::intValue);
    }

    private static Optional<Integer> channels(Optional<Node> first, Facts facts) {
        return first.filter(node -> node.is("Conv"))
                .filter(node -> node.attributes().integer("group", 1) == 1)
                .flatMap(node -> facts.shape(node.input(1)))
                .filter(weight -> weight.length == 4 && weight[1] > 0 && weight[1] < LARGEST_SIZE)
                .map(weight -> (int) weight[1]);
    }
}
