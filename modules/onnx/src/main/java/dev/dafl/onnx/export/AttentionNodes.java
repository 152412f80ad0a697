package dev.dafl.onnx.export;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Map;

/** softmax(Q K^T scale + mask) V; opset 17 has no operator for all of it. */
final class AttentionNodes {

    static final Map<String, Translation> ALL = Map.of("aten::scaled_dot_product_attention", AttentionNodes::attention);

    private AttentionNodes() {}

    private static String attention(Step step, Graph graph) {
        Value query = step.value(0);
        Value key = step.value(1);
        if (step.truth(7)) {
            throw new UntranslatedException(step.operator() + " with fewer heads of keys than of queries");
        }
        if (step.real(4) != 0) {
            throw new UntranslatedException(step.operator() + " with dropout");
        }
        DType type = step.result().dtype();
        double scale = step.has(6) ? step.real(6) : 1 / Math.sqrt(fixed(step, query, query.dim() - 1));
        // Before the product, as libtorch does: of numbers that are not as large.
        String scaled = graph.node("Mul")
                .inputs(graph.of(query), graph.number(scale, type))
                .add();
        long[] turned = new long[key.dim()];
        for (int dim = 0; dim < turned.length; dim++) {
            turned[dim] = dim;
        }
        turned[key.dim() - 2] = key.dim() - 1L;
        turned[key.dim() - 1] = key.dim() - 2L;
        String keys = graph.node("Transpose")
                .inputs(graph.of(key))
                .integers("perm", turned)
                .add();
        String scores = graph.node("MatMul").inputs(scaled, keys).add();
        if (step.has(3)) {
            scores = masked(scores, step.value(3), type, graph);
        } else if (step.truth(5)) {
            scores = causal(scores, step, graph);
        }
        String weights =
                graph.node("Softmax").inputs(scores).integer("axis", -1).add();
        return graph.node("MatMul").inputs(weights, graph.of(step.value(2))).add();
    }

    private static String masked(String scores, Value mask, DType type, Graph graph) {
        return mask.dtype() == DType.BOOL
                ? graph.node("Where")
                        .inputs(graph.of(mask), scores, graph.number(Double.NEGATIVE_INFINITY, type))
                        .add()
                : graph.node("Add").inputs(scores, graph.as(mask, type)).add();
    }

    /** Minus infinity at the keys behind a query's place. */
    private static String causal(String scores, Step step, Graph graph) {
        int from = fixed(step, step.value(0), step.value(0).dim() - 2);
        int to = fixed(step, step.value(1), step.value(1).dim() - 2);
        float[] mask = new float[Math.multiplyExact(from, to)];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % to > i / to ? Float.NEGATIVE_INFINITY : 0;
        }
        return graph.node("Add")
                .inputs(scores, graph.numbers("causal", mask, from, to))
                .add();
    }

    private static int fixed(Step step, Value value, int dim) {
        if (!value.shape().get(dim).isFixed()) {
            throw new UntranslatedException(step.operator() + " over a size that grows with the batch");
        }
        return Math.toIntExact(value.shape().get(dim).fixed());
    }
}
