package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The operators that are computed here. */
public final class OperatorTable {

    /** Domain of operators that only a network of ours has, in the place of several of ONNX's. */
    public static final String OWN = "dafl";

    /** x W + b, of inputs x, W {@code [in, out]} and b. */
    public static final String LINEAR = "Linear";

    private static final Map<String, Operator> ONNX = onnx();

    private OperatorTable() {}

    /** Empty for one that is not computed here. */
    public static Optional<Operator> find(Node node) {
        if (node.domain().equals(OWN)) {
            return node.operator().equals(LINEAR) ? Optional.of(MatrixProducts.LINEAR) : Optional.empty();
        }
        return node.domain().isEmpty() ? Optional.ofNullable(ONNX.get(node.operator())) : Optional.empty();
    }

    private static Map<String, Operator> onnx() {
        Map<String, Operator> all = new HashMap<>();
        List.of(
                        Activations.ALL,
                        Attention.ALL,
                        Constants.ALL,
                        Convolutions.ALL,
                        MatrixProducts.ALL,
                        Normalizations.ALL,
                        Padding.ALL,
                        Parts.ALL,
                        Pointwise.ALL,
                        Poolings.ALL,
                        Reductions.ALL,
                        Resizing.ALL,
                        Shapes.ALL)
                .forEach(all::putAll);
        return Map.copyOf(all);
    }

    /** Of ONNX's own, sorted. */
    public static Set<String> names() {
        return new TreeSet<>(ONNX.keySet());
    }
}
