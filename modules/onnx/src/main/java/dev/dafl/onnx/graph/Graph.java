package dev.dafl.onnx.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Operations on named values, or a part of them that a control-flow node holds.
 *
 * @param nodes in an order in which they can be computed
 * @param initializers values that are there from the start, in the order of the file
 * @param inputs what is given to it, without the initialisers that older files list there too
 * @param outputs what it gives
 */
public record Graph(
        List<Node> nodes, Map<String, TensorData> initializers, List<ValueType> inputs, List<ValueType> outputs) {

    public Graph {
        nodes = List.copyOf(nodes);
    }

    /** The values of graphs around it that it reads. */
    public Set<String> captured() {
        Set<String> read = new LinkedHashSet<>();
        nodes.forEach(node -> read.addAll(node.reads()));
        outputs.forEach(output -> read.add(output.name()));
        nodes.forEach(node -> node.outputs().forEach(read::remove));
        inputs.forEach(input -> read.remove(input.name()));
        read.removeAll(initializers.keySet());
        return read;
    }

    /** The node that makes each value. */
    public Map<String, Node> makers() {
        Map<String, Node> makers = new LinkedHashMap<>();
        nodes.forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
        makers.remove("");
        return makers;
    }

    /** With other nodes. */
    public Graph withNodes(List<Node> others) {
        return new Graph(others, initializers, inputs, outputs);
    }

    /** Only what these outputs need. */
    public Graph giving(List<ValueType> wanted) {
        Set<String> needed = new LinkedHashSet<>();
        wanted.forEach(output -> needed.add(output.name()));
        List<Node> kept = new ArrayList<>();
        for (Node node : nodes.reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                kept.addFirst(node);
                needed.addAll(node.reads());
            }
        }
        Map<String, TensorData> values = new LinkedHashMap<>(initializers);
        values.keySet().retainAll(needed);
        return new Graph(kept, values, inputs, wanted);
    }
}
