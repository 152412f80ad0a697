package dev.dafl.onnx;

import dev.dafl.onnx.graph.Attributes;
import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.graph.ValueType;
import dev.dafl.onnx.network.Facts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of a graph's outputs are the logits, and the graph that gives these: without what turns them into probabilities or
 * labels.
 *
 * @param graph with one output
 * @param classes how many there are, where that can be seen
 * @param classNames by label, where a node has them
 * @param notes what was left out, in sentences without a full stop
 */
record Head(Graph graph, Optional<Integer> classes, List<String> classNames, List<String> notes) {

    /** What leaves the numbers as they are. */
    private static final Set<String> SHAPING = Set.of("Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast");

    /** What leaves their number for each image as it is, too. */
    private static final Set<String> KEEPING_CLASSES = Set.of(
            "Softmax",
            "LogSoftmax",
            "Sigmoid",
            "Add",
            "Mul",
            "Div",
            "GlobalAveragePool",
            "ReduceMean",
            "Dropout",
            "Relu");

    private static final Set<String> POOLING = Set.of("GlobalAveragePool", "ReduceMean");

    private static final String SCIKIT_LEARN = "ai.onnx.ml";

    private static final int MOST_CLASSES = 1 << 24;

    /** @param wanted the name of an output */
    static Head of(Graph graph, Optional<String> wanted) {
        List<String> notes = new ArrayList<>();
        ValueType output = output(graph, wanted, notes);
        Map<String, Node> makers = graph.makers();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        List<String> names = new ArrayList<>();
        String last = output.name();
        String given = last;
        Optional<Node> sigmoid = Optional.empty();
        for (Node maker = makers.get(last); maker != null; maker = makers.get(last)) {
            if (maker.domain().equals(SCIKIT_LEARN) && maker.operator().equals("ZipMap")) {
                names.addAll(labels(maker));
                given = maker.input(0);
            } else if (maker.is("Softmax") || maker.is("LogSoftmax") || maker.is("Sigmoid")) {
                nodes.set(nodes.indexOf(maker), identity(maker));
                notes.add("took the last " + maker.operator() + " off: the logits are what enters it");
                sigmoid = Optional.of(maker).filter(node -> node.is("Sigmoid"));
                break;
            } else if (!maker.domain().isEmpty() || !SHAPING.contains(maker.operator())) {
                break;
            }
            last = maker.input(0);
        }
        ValueType logits = given.equals(output.name()) ? output : new ValueType(given, true, 0, Optional.empty());
        Graph one = graph.withNodes(nodes).giving(List.of(logits));
        Optional<Integer> classes = classes(one, logits);
        requireClasses(classes, sigmoid.isPresent());
        if (sigmoid.isPresent()) {
            notes.add(
                    "its classes did not exclude each other (Sigmoid); dafl takes the largest for the one that is meant");
        }
        return new Head(one, classes, names, notes);
    }

    private static void requireClasses(Optional<Integer> classes, boolean sigmoid) {
        if (classes.isPresent() && classes.get() < 2) {
            throw new OnnxException("it gives one number for an image" + (sigmoid ? " through a Sigmoid" : "")
                    + ", and dafl wants one for each class; give its last layer two outputs, of which the first is 0"
                    + " and the second what it gives now");
        }
    }

    /** The one that is asked for, or that looks like numbers for classes. */
    private static ValueType output(Graph graph, Optional<String> wanted, List<String> notes) {
        List<String> names = graph.outputs().stream().map(ValueType::name).toList();
        if (wanted.isPresent()) {
            return graph.outputs().stream()
                    .filter(output -> output.name().equals(wanted.get()))
                    .findFirst()
                    .orElseThrow(() -> new OnnxException(
                            "it has no output " + Shown.quoted(wanted.get()) + "; it has " + Shown.listed(names)));
        }
        // Labels are whole numbers or texts; a sequence of maps is what scikit-learn's converter makes of
        // probabilities.
        List<ValueType> possible = graph.outputs().stream()
                .filter(output -> output.tensor() ? output.floating() : isZipMap(graph, output))
                .toList();
        if (possible.isEmpty()) {
            throw new OnnxException(
                    names.isEmpty()
                            ? "it has no outputs"
                            : "none of its outputs, " + Shown.listed(names) + ", gives floating numbers for classes");
        }
        ValueType taken = Stream.concat(
                        possible.stream()
                                .filter(output -> output.shape()
                                        .filter(shape -> shape.size() == 2 && shape.get(1) != 1)
                                        .isPresent()),
                        possible.stream())
                .findFirst()
                .orElseThrow();
        if (names.size() > 1) {
            notes.add("took the output " + Shown.quoted(taken.name()) + " of " + Shown.listed(names));
        }
        return taken;
    }

    private static boolean isZipMap(Graph graph, ValueType output) {
        Node maker = graph.makers().get(output.name());
        return maker != null && maker.operator().equals("ZipMap");
    }

    private static List<String> labels(Node zipMap) {
        return zipMap.attributes()
                .texts("classlabels_strings")
                .or(() -> zipMap.attributes()
                        .integers("classlabels_int64s")
                        .map(numbers ->
                                Arrays.stream(numbers).mapToObj(String::valueOf).toList()))
                .orElse(List.of());
    }

    private static Node identity(Node node) {
        return new Node(
                node.name(),
                "",
                "Identity",
                node.opset(),
                List.of(node.input(0)),
                List.of(node.output()),
                Attributes.NONE);
    }

    /** By the output's shape, or else by the last layer's weight. */
    private static Optional<Integer> classes(Graph graph, ValueType output) {
        Optional<Long> said = output.shape()
                .filter(shape -> shape.size() >= 2)
                .map(shape -> shape.subList(1, shape.size()))
                .filter(shape -> shape.stream().allMatch(size -> size > 0 && size < MOST_CLASSES))
                .map(shape -> shape.stream().reduce(1L, (a, b) -> Math.min(a * b, MOST_CLASSES)));
        return said.or(() -> ofLastLayer(graph, output.name()))
                .filter(count -> count > 0 && count < MOST_CLASSES)
                .map(Long::intValue);
    }

    private static Optional<Long> ofLastLayer(Graph graph, String output) {
        Facts facts = new Facts(graph);
        Map<String, Node> makers = graph.makers();
        String name = output;
        boolean pooled = false;
        boolean joined = false;
        for (Node maker = makers.get(name); maker != null && maker.domain().isEmpty(); maker = makers.get(name)) {
            Optional<long[]> weight = facts.shape(maker.input(1));
            switch (maker.operator()) {
                case "Gemm" -> {
                    boolean turned = maker.attributes().flag("transB", false);
                    return weight.filter(shape -> shape.length == 2).map(shape -> shape[turned ? 0 : 1]);
                }
                // Of what these give for each place, a reshape makes one row.
                case "MatMul" -> {
                    boolean ofPlaces = joined;
                    return weight.filter(shape -> shape.length == 2 && !ofPlaces)
                            .map(shape -> shape[1]);
                }
                case "Conv" -> {
                    boolean ofImages = pooled;
                    return weight.filter(shape -> shape.length > 2 && ofImages).map(shape -> shape[0]);
                }
                default -> {
                    if (!SHAPING.contains(maker.operator()) && !KEEPING_CLASSES.contains(maker.operator())) {
                        return Optional.empty();
                    }
                    pooled |= POOLING.contains(maker.operator());
                    joined |= maker.is("Flatten") || maker.is("Reshape");
                    // A bias may be written on either side.
                    name = maker.input(0).isEmpty() || graph.initializers().containsKey(maker.input(0))
                            ? maker.input(1)
                            : maker.input(0);
                }
            }
        }
        return Optional.empty();
    }
}
