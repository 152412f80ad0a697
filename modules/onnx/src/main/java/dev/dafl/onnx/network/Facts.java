package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.graph.TensorData;
import dev.dafl.onnx.operators.Sizes;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be said of a graph's values without computing any. */
public final class Facts {

    /** The operators that only exporters put between a weight and its use. */
    private static final Set<String> SAME = Set.of("Identity", "Cast");

    private final Graph graph;
    private final Map<String, Node> makers;
    private final Map<String, Integer> uses = new HashMap<>();

    public Facts(Graph graph) {
        this.graph = graph;
        this.makers = graph.makers();
        graph.nodes().forEach(node -> node.reads().forEach(name -> uses.merge(name, 1, Integer::sum)));
        graph.outputs().forEach(output -> uses.merge(output.name(), 1, Integer::sum));
    }

    /** The node that makes a value, where it is that operator of ONNX's. */
    public Optional<Node> made(String name, String operator) {
        return Optional.ofNullable(makers.get(name)).filter(node -> node.is(operator));
    }

    boolean usedOnce(String name) {
        return uses.getOrDefault(name, 0) == 1;
    }

    /** The shape of a value that is an initialiser or a constant, also behind a {@code Transpose}. */
    public Optional<long[]> shape(String name) {
        Optional<TensorData> data = data(name);
        if (data.isPresent()) {
            return data.map(TensorData::sizes);
        }
        Node node = makers.get(name);
        if (node == null) {
            return Optional.empty();
        }
        if (node.domain().isEmpty() && SAME.contains(node.operator())) {
            return shape(node.input(0));
        }
        if (!node.is("Transpose")) {
            return Optional.empty();
        }
        Optional<long[]> perm = node.attributes().integers("perm");
        return shape(node.input(0)).flatMap(shape -> {
            long[] turned = new long[shape.length];
            for (int i = 0; i < turned.length; i++) {
                long from = perm.isEmpty() ? turned.length - 1 - i : i < perm.get().length ? perm.get()[i] : -1;
                if (from < 0 || from >= shape.length) {
                    return Optional.empty();
                }
                turned[i] = shape[(int) from];
            }
            return Optional.of(turned);
        });
    }

    /** Whether it is a vector, or a tensor that is one but for dimensions of size 1 in front of the last, of that length. */
    boolean isVector(String name, long length) {
        return shape(name)
                .filter(shape -> Sizes.count(shape) == length && Sizes.fromEnd(shape, 0) == length)
                .isPresent();
    }

    /** The one floating number that a value is. */
    Optional<Double> number(String name) {
        return data(name)
                .filter(data -> data.elements() == 1 && data.type().isFloating())
                .map(data -> {
                    try (TensorScope _ = TensorScope.open()) {
                        Tensor value = data.read();
                        return value.item();
                    }
                });
    }

    boolean isNumber(String name, double value) {
        return number(name)
                .filter(number -> Math.abs(number - value) <= 1e-5 * Math.abs(value))
                .isPresent();
    }

    /** The few integers that a value is. */
    Optional<long[]> integers(String name) {
        return data(name)
                .filter(data -> data.elements() <= 64 && !data.type().isFloating())
                .map(data -> {
                    try (TensorScope _ = TensorScope.open()) {
                        return data.read().toLongs();
                    }
                });
    }

    private Optional<TensorData> data(String name) {
        TensorData data = graph.initializers().get(name);
        return data != null
                ? Optional.of(data)
                : made(name, "Constant").flatMap(node -> node.attributes().tensor("value"));
    }
}
