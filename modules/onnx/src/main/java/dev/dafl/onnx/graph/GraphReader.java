package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.onnx.proto.FunctionProto;
import dev.dafl.onnx.proto.GraphProto;
import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.NodeProto;
import dev.dafl.onnx.proto.TensorProto;
import dev.dafl.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a model's messages into graphs, with the nodes of functions in the places where they are called. */
final class GraphReader {

    /** So that functions that call functions cannot fill the memory. */
    private static final int MOST_NODES = 100_000;

    private static final int DEEPEST = 50;

    private final Map<FunctionKey, FunctionProto> functions = new HashMap<>();
    private final ModelFiles files;
    private int nodes;
    private int calls;

    private record FunctionKey(String domain, String name, String overload) {}

    private GraphReader(ModelFiles files) {
        this.files = files;
    }

    static Graph read(ModelProto model, Map<String, Integer> opsets, ModelFiles files) {
        GraphReader reader = new GraphReader(files);
        for (FunctionProto function : model.getFunctionsList()) {
            FunctionKey key =
                    new FunctionKey(Model.domain(function.getDomain()), function.getName(), function.getOverload());
            if (reader.functions.putIfAbsent(key, function) != null) {
                throw new OnnxException("it defines the function " + Shown.quoted(key.name()) + " twice");
            }
        }
        return reader.graph(model.getGraph(), Scope.ofModel(opsets), Set.of());
    }

    private Graph graph(GraphProto proto, Scope scope, Set<String> around) {
        if (proto.getSparseInitializerCount() > 0) {
            throw new OnnxException("its initialiser "
                    + Shown.quoted(proto.getSparseInitializer(0).getValues().getName())
                    + " is sparse, which is not read; export the network with dense weights");
        }
        Map<String, TensorData> initializers = new LinkedHashMap<>();
        for (TensorProto tensor : proto.getInitializerList()) {
            String name = scope.value(tensor.getName());
            if (name.isEmpty() || initializers.put(name, TensorData.of(tensor, files)) != null) {
                throw new OnnxException(
                        name.isEmpty()
                                ? "it has an initialiser without a name"
                                : "it has two initialisers named " + Shown.quoted(name));
            }
        }
        List<ValueType> inputs = new ArrayList<>();
        Set<String> given = new HashSet<>(around);
        for (ValueInfoProto input : proto.getInputList()) {
            String name = scope.value(input.getName());
            if (initializers.containsKey(name)) {
                continue;
            }
            if (!given.add(name)) {
                throw new OnnxException("it has two inputs named " + Shown.quoted(name));
            }
            inputs.add(ValueType.of(input, name));
        }
        given.addAll(initializers.keySet());
        List<ValueType> outputs = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        for (ValueInfoProto output : proto.getOutputList()) {
            String name = scope.value(output.getName());
            outputs.add(ValueType.of(output, name));
            wanted.add(name);
        }
        List<Node> list = new ArrayList<>();
        // What nodes inside of control flow may read: everything that is made anywhere around them.
        Set<String> visible = new HashSet<>(given);
        proto.getNodeList().forEach(node -> node.getOutputList().forEach(name -> visible.add(scope.value(name))));
        for (NodeProto node : proto.getNodeList()) {
            add(node, scope, visible, list);
        }
        return new Graph(Wiring.ordered(list, given, wanted), initializers, inputs, outputs);
    }

    private void add(NodeProto proto, Scope scope, Set<String> visible, List<Node> list) {
        String domain = Model.domain(proto.getDomain());
        FunctionKey key = new FunctionKey(domain, proto.getOpType(), proto.getOverload());
        FunctionProto function = functions.get(key);
        if (function != null) {
            inline(function, proto, scope, visible, list);
            return;
        }
        if (++nodes > MOST_NODES) {
            throw new OnnxException("it has more than " + MOST_NODES + " nodes");
        }
        Node bare = new Node(
                proto.getName(),
                domain,
                proto.getOpType(),
                scope.opset(domain),
                proto.getInputList().stream().map(scope::value).toList(),
                proto.getOutputList().stream().map(scope::value).toList(),
                Attributes.NONE);
        try {
            Attributes attributes = attributes(proto, scope, visible);
            list.add(new Node(
                    bare.name(), domain, bare.operator(), bare.opset(), bare.inputs(), bare.outputs(), attributes));
        } catch (OnnxException e) {
            throw e.in(bare);
        }
    }

    private Attributes attributes(NodeProto proto, Scope scope, Set<String> visible) {
        Map<String, AttributeProto> values = new HashMap<>();
        Map<String, TensorData> tensors = new HashMap<>();
        Map<String, Graph> graphs = new HashMap<>();
        for (AttributeProto written : proto.getAttributeList()) {
            Optional<AttributeProto> attribute = scope.attribute(written);
            if (attribute.isEmpty()) {
                continue;
            }
            String name = written.getName();
            switch (Attributes.typeOf(attribute.get())) {
                case TENSOR -> tensors.put(name, TensorData.of(attribute.get().getT(), files));
                case GRAPH -> graphs.put(name, graph(attribute.get().getG(), scope, visible));
                case SPARSE_TENSOR -> throw new OnnxException("it is a sparse constant, which is not read");
                default -> values.put(name, attribute.get());
            }
        }
        return new Attributes(values, tensors, graphs);
    }

    /** Puts a function's nodes in the place of a node that calls it, their values under names of their own. */
    private void inline(FunctionProto function, NodeProto call, Scope scope, Set<String> visible, List<Node> list) {
        if (scope.depth() >= DEEPEST) {
            throw new OnnxException("its function " + Shown.quoted(function.getName()) + " calls itself");
        }
        // Counted, since functions without nodes that call each other add none.
        if (++calls > MOST_NODES) {
            throw new OnnxException("its functions call each other more than " + MOST_NODES + " times");
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), i < call.getInputCount() ? scope.value(call.getInput(i)) : "");
        }
        Map<String, String> passed = new LinkedHashMap<>();
        for (int i = 0; i < function.getOutputCount() && i < call.getOutputCount(); i++) {
            String inside = function.getOutput(i);
            String outside = scope.value(call.getOutput(i));
            if (outside.isEmpty()) {
                continue;
            }
            if (names.containsKey(inside)) {
                passed.put(outside, names.get(inside));
            } else {
                names.put(inside, outside);
            }
        }
        Map<String, AttributeProto> attributes = new HashMap<>();
        function.getAttributeProtoList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        call.getAttributeList()
                .forEach(attribute ->
                        scope.attribute(attribute).ifPresent(value -> attributes.put(attribute.getName(), value)));
        Scope inner = scope.inside(calls, names, attributes, Model.opsets(function.getOpsetImportList()));
        Set<String> inside = new HashSet<>(visible);
        function.getNodeList().forEach(node -> node.getOutputList().forEach(name -> inside.add(inner.value(name))));
        for (NodeProto node : function.getNodeList()) {
            add(node, inner, inside, list);
        }
        passed.forEach((outside, source) -> list.add(new Node(
                call.getName(),
                "",
                "Identity",
                Model.NEWEST_OPSET,
                List.of(source),
                List.of(outside),
                Attributes.NONE)));
    }
}
