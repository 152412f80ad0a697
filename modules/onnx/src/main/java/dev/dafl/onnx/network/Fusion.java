package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.Attributes;
import dev.dafl.onnx.graph.Graph;
import dev.dafl.onnx.graph.Model;
import dev.dafl.onnx.graph.Node;
import dev.dafl.onnx.operators.OperatorTable;
import dev.dafl.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One node in the place of several that exporters write for one layer, so that libtorch computes it as one and in the order
 * that is exact. The result is the same up to rounding.
 */
public final class Fusion {

    private final Facts facts;

    private Fusion(Facts facts) {
        this.facts = facts;
    }

    public static Graph of(Graph graph) {
        Fusion fusion = new Fusion(new Facts(graph));
        List<Node> nodes = new ArrayList<>();
        graph.nodes().forEach(node -> nodes.add(fusion.fused(node)));
        return graph.withNodes(nodes).giving(graph.outputs());
    }

    private Node fused(Node node) {
        if (!node.domain().isEmpty()) {
            return node;
        }
        return switch (node.operator()) {
            case "Add" -> biased(node, 0).or(() -> biased(node, 1)).orElseGet(() -> normalised(node));
            case "Mul" ->
                silu(node, 0)
                        .or(() -> silu(node, 1))
                        .or(() -> gelu(node))
                        .or(() -> layerNorm(node))
                        .orElse(node);
            case "Div" -> layerNorm(node).orElse(node);
            case "Conv" -> padded(node).orElse(node);
            default -> node;
        };
    }

    private static Node of(
            Node last, String domain, String operator, Map<String, AttributeProto> attributes, String... inputs) {
        return new Node(
                last.name(),
                domain,
                operator,
                Model.NEWEST_OPSET,
                List.of(inputs),
                last.outputs(),
                new Attributes(attributes, Map.of(), Map.of()));
    }

    // ---- a bias after a product

    /** @param product which input of the addition may be one */
    private Optional<Node> biased(Node add, int product) {
        String value = add.input(product);
        String bias = add.input(1 - product);
        if (!facts.usedOnce(value)) {
            return Optional.empty();
        }
        return facts.made(value, "MatMul")
                .filter(node -> facts.shape(node.input(1))
                        .filter(weight -> weight.length == 2 && facts.isVector(bias, weight[1]))
                        .isPresent())
                .map(node ->
                        of(add, OperatorTable.OWN, OperatorTable.LINEAR, Map.of(), node.input(0), node.input(1), bias))
                .or(() -> facts.made(value, "Conv")
                        .filter(node -> node.input(2).isEmpty() && isOfChannels(bias, node.input(1)))
                        .map(node -> new Node(
                                node.name(),
                                "",
                                "Conv",
                                node.opset(),
                                List.of(node.input(0), node.input(1), bias),
                                add.outputs(),
                                node.attributes())));
    }

    /** Whether a bias is {@code [c, 1, ...]} or {@code [1, c, 1, ...]} with a 1 for each dimension of places. */
    private boolean isOfChannels(String bias, String weight) {
        Optional<long[]> w = facts.shape(weight);
        Optional<long[]> b = facts.shape(bias);
        if (w.isEmpty() || b.isEmpty()) {
            return false;
        }
        int places = w.get().length - 2;
        long[] shape = b.get();
        int at = shape.length - 1 - places;
        return (at == 0 || at == 1)
                && shape[at] == w.get()[0]
                && LongStream.of(shape).filter(size -> size != 1).count() <= 1;
    }

    // ---- activations

    /** x sigmoid(x). */
    private Optional<Node> silu(Node mul, int plain) {
        return facts.made(mul.input(1 - plain), "Sigmoid")
                .filter(node -> node.input(0).equals(mul.input(plain)))
                .map(node -> of(mul, "", "Swish", Map.of(), mul.input(plain)));
    }

    /** x (1 + erf(x / sqrt 2)) / 2, however it is bracketed. */
    private Optional<Node> gelu(Node mul) {
        for (int i = 0; i < 2; i++) {
            String one = mul.input(i);
            String other = mul.input(1 - i);
            // (x (1 + erf)) 0.5
            Optional<Node> inner = facts.made(one, "Mul").filter(_ -> facts.isNumber(other, 0.5));
            if (inner.isPresent()) {
                for (int j = 0; j < 2; j++) {
                    String x = inner.get().input(j);
                    if (isErf(inner.get().input(1 - j), x)) {
                        return Optional.of(of(mul, "", "Gelu", Map.of(), x));
                    }
                }
            }
            // (x 0.5) (1 + erf), or x ((1 + erf) 0.5)
            Optional<Node> half = facts.made(one, "Mul");
            for (int j = 0; half.isPresent() && j < 2; j++) {
                if (facts.isNumber(half.get().input(1 - j), 0.5)) {
                    String rest = half.get().input(j);
                    if (isErf(other, rest)) {
                        return Optional.of(of(mul, "", "Gelu", Map.of(), rest));
                    }
                    if (isErf(rest, other)) {
                        return Optional.of(of(mul, "", "Gelu", Map.of(), other));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a value is 1 + erf(x / sqrt 2). */
    private boolean isErf(String value, String x) {
        return facts.made(value, "Add")
                .flatMap(add -> facts.isNumber(add.input(1), 1)
                        ? facts.made(add.input(0), "Erf")
                        : facts.isNumber(add.input(0), 1) ? facts.made(add.input(1), "Erf") : Optional.empty())
                .filter(erf -> facts.made(erf.input(0), "Div")
                                .filter(div -> div.input(0).equals(x) && facts.isNumber(div.input(1), Math.sqrt(2)))
                                .isPresent()
                        || facts.made(erf.input(0), "Mul")
                                .filter(mul -> (mul.input(0).equals(x) && facts.isNumber(mul.input(1), Math.sqrt(0.5)))
                                        || (mul.input(1).equals(x) && facts.isNumber(mul.input(0), Math.sqrt(0.5))))
                                .isPresent())
                .isPresent();
    }

    // ---- layer norm

    /** The place of a layer norm, and what is around it. */
    private record Norm(String x, float eps, List<String> parameters) {}

    /** A layer norm and its bias. */
    private Node normalised(Node add) {
        for (int i = 0; i < 2; i++) {
            String bias = add.input(1 - i);
            Optional<Norm> scaled = facts.made(add.input(i), "Mul").flatMap(this::scaled);
            if (scaled.isPresent()
                    && facts.shape(bias).isPresent()
                    && Arrays.equals(
                            facts.shape(bias).get(),
                            facts.shape(scaled.get().parameters().getFirst()).orElse(new long[0]))) {
                return norm(add, scaled.get(), scaled.get().parameters().getFirst(), bias);
            }
        }
        return add;
    }

    /** A layer norm without a bias, or without both. */
    private Optional<Node> layerNorm(Node node) {
        return node.is("Mul")
                ? scaled(node).map(norm -> norm(node, norm, norm.parameters().getFirst()))
                : bare(node).map(norm -> norm(node, norm));
    }

    private Optional<Norm> scaled(Node mul) {
        for (int i = 0; i < 2; i++) {
            String scale = mul.input(1 - i);
            Optional<Norm> bare = facts.made(mul.input(i), "Div").flatMap(this::bare);
            if (bare.isPresent()
                    && facts.shape(scale).filter(s -> s.length == 1).isPresent()) {
                return Optional.of(new Norm(bare.get().x(), bare.get().eps(), List.of(scale)));
            }
        }
        return Optional.empty();
    }

    private static Node norm(Node last, Norm norm, String... parameters) {
        List<String> inputs = new ArrayList<>(List.of(norm.x()));
        inputs.addAll(List.of(parameters));
        AttributeProto eps = AttributeProto.newBuilder()
                .setName("epsilon")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(norm.eps())
                .build();
        return of(last, "", "LayerNormalization", Map.of("epsilon", eps), inputs.toArray(String[]::new));
    }

    /** (x - mean) / sqrt(mean((x - mean)^2) + eps) over the last dimension. */
    private Optional<Norm> bare(Node div) {
        Optional<Node> centred = facts.made(div.input(0), "Sub");
        Optional<Node> sum = facts.made(div.input(1), "Sqrt").flatMap(sqrt -> facts.made(sqrt.input(0), "Add"));
        if (centred.isEmpty() || sum.isEmpty()) {
            return Optional.empty();
        }
        String x = centred.get().input(0);
        Optional<Double> eps = facts.number(sum.get().input(1));
        boolean isNorm = facts.made(centred.get().input(1), "ReduceMean")
                        .filter(mean -> mean.input(0).equals(x) && isOverLast(mean))
                        .isPresent()
                && facts.made(sum.get().input(0), "ReduceMean")
                        .filter(this::isOverLast)
                        .filter(mean -> isSquare(mean.input(0), div.input(0)))
                        .isPresent();
        return isNorm ? eps.map(e -> new Norm(x, e.floatValue(), List.of())) : Optional.empty();
    }

    /** Only -1 says by itself that it is the last dimension. */
    private boolean isOverLast(Node mean) {
        return mean.attributes().flag("keepdims", true)
                && mean.attributes()
                        .integers("axes")
                        .filter(axes -> Arrays.equals(axes, new long[] {-1}))
                        .isPresent();
    }

    private boolean isSquare(String value, String x) {
        return facts.made(value, "Pow")
                        .filter(pow -> pow.input(0).equals(x) && facts.isNumber(pow.input(1), 2))
                        .isPresent()
                || facts.made(value, "Mul")
                        .filter(mul -> mul.input(0).equals(x) && mul.input(1).equals(x))
                        .isPresent();
    }

    // ---- padding

    /** A convolution of an image that zeros were put around, as TensorFlow's strided ones are. */
    private Optional<Node> padded(Node conv) {
        Optional<Node> pad = facts.made(conv.input(0), "Pad");
        if (pad.isEmpty()) {
            return Optional.empty();
        }
        Attributes around = pad.get().attributes();
        boolean plain = around.text("mode", "constant").equals("constant")
                && around.floating("value", 0) == 0
                && (pad.get().input(2).isEmpty()
                        || facts.number(pad.get().input(2)).filter(v -> v == 0).isPresent())
                && pad.get().input(3).isEmpty()
                && conv.attributes().text("auto_pad", "NOTSET").matches("NOTSET|VALID");
        Optional<long[]> pads = pad.get().input(1).isEmpty()
                ? around.integers("pads")
                : facts.integers(pad.get().input(1));
        if (!plain || pads.isEmpty() || pads.get().length < 6 || pads.get().length % 2 != 0) {
            return Optional.empty();
        }
        int rank = pads.get().length / 2;
        long[] all = pads.get();
        long[] own = conv.attributes().integers("pads").orElse(new long[2 * (rank - 2)]);
        if (LongStream.of(all).anyMatch(p -> p < 0)
                || all[0] + all[1] + all[rank] + all[rank + 1] != 0
                || own.length != 2 * (rank - 2)) {
            return Optional.empty();
        }
        AttributeProto.Builder joined =
                AttributeProto.newBuilder().setName("pads").setType(AttributeProto.AttributeType.INTS);
        for (int i = 0; i < own.length; i++) {
            int at = i < rank - 2 ? i + 2 : i + 4;
            joined.addInts(own[i] + all[at]);
        }
        Map<String, AttributeProto> attributes = new HashMap<>(conv.attributes().values());
        attributes.put("pads", joined.build());
        attributes.remove("auto_pad");
        List<String> inputs = new ArrayList<>(conv.inputs());
        inputs.set(0, pad.get().input(0));
        return Optional.of(new Node(
                conv.name(),
                "",
                "Conv",
                conv.opset(),
                inputs,
                conv.outputs(),
                new Attributes(attributes, Map.of(), Map.of())));
    }
}
