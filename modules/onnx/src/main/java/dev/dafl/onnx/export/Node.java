package dev.dafl.onnx.export;

import com.google.protobuf.ByteString;
import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.AttributeProto.AttributeType;
import dev.dafl.onnx.proto.NodeProto;
import java.util.Arrays;
import java.util.List;

/** A node of a graph that is being made: inputs and attributes in their order. */
final class Node {

    private final Graph graph;
    private final NodeProto.Builder proto;

    Node(Graph graph, String operator) {
        this.graph = graph;
        this.proto = NodeProto.newBuilder().setOpType(operator);
    }

    /** @param tensors their names; empty for one that is left out */
    Node inputs(String... tensors) {
        return inputs(List.of(tensors));
    }

    Node inputs(List<String> tensors) {
        proto.addAllInput(tensors);
        return this;
    }

    Node integer(String name, long value) {
        proto.addAttribute(attribute(name, AttributeType.INT).setI(value));
        return this;
    }

    Node integers(String name, long... values) {
        AttributeProto.Builder attribute = attribute(name, AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        proto.addAttribute(attribute);
        return this;
    }

    Node number(String name, double value) {
        proto.addAttribute(attribute(name, AttributeType.FLOAT).setF((float) value));
        return this;
    }

    Node text(String name, String value) {
        proto.addAttribute(attribute(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)));
        return this;
    }

    /** Puts it into the graph; the name of its output. */
    String add() {
        return graph.add(proto);
    }

    private static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
