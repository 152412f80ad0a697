package dev.dafl.onnx.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One operation of a graph.
 *
 * @param name as the file has it, may be empty
 * @param domain of the operator; empty for ONNX's own
 * @param operator such as {@code Conv}
 * @param opset version of the set of operators that its meaning follows
 * @param inputs names of values; an empty one stands for an optional input that is left out
 * @param outputs names of values; an empty one is not used
 */
public record Node(
        String name,
        String domain,
        String operator,
        int opset,
        List<String> inputs,
        List<String> outputs,
        Attributes attributes) {

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether it is that operator of ONNX's own. */
    public boolean is(String operator) {
        return domain.isEmpty() && this.operator.equals(operator);
    }

    /** The name of an input; empty where it is left out. */
    public String input(int index) {
        return index < inputs.size() ? inputs.get(index) : "";
    }

    public String output() {
        return outputs.isEmpty() ? "" : outputs.getFirst();
    }

    /** With other inputs. */
    public Node withInputs(List<String> others) {
        return new Node(name, domain, operator, opset, others, outputs, attributes);
    }

    /** All values of the graphs around it that it reads, those that only its own graphs read included. */
    public Set<String> reads() {
        Set<String> read = new LinkedHashSet<>(inputs);
        attributes.graphs().values().forEach(graph -> read.addAll(graph.captured()));
        read.remove("");
        return read;
    }

    /** The operator with its domain, such as {@code com.microsoft.FusedConv}. */
    public String operatorName() {
        return Shown.shortened(domain.isEmpty() ? operator : domain + "." + operator);
    }

    /** For messages: {@code Conv 'layer1/conv1'}. */
    @Override
    public String toString() {
        if (!name.isEmpty()) {
            return operatorName() + " " + Shown.quoted(name);
        }
        return operatorName() + " (which makes " + Shown.quoted(output()) + ")";
    }
}
