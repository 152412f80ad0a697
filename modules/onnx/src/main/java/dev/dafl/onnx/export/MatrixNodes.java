package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Products of matrices. */
final class MatrixNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::matmul", MatrixNodes::product,
            "aten::mm", MatrixNodes::product,
            "aten::bmm", MatrixNodes::product,
            "aten::dot", MatrixNodes::product,
            "aten::linear", MatrixNodes::linear);

    private MatrixNodes() {}

    private static String product(Step step, Graph graph) {
        return graph.node("MatMul")
                .inputs(graph.of(step.value(0)), graph.of(step.value(1)))
                .add();
    }

    private static String linear(Step step, Graph graph) {
        Value x = step.value(0);
        String weight = graph.of(step.value(1));
        if (x.dim() == 2) {
            List<String> inputs = new ArrayList<>(List.of(graph.of(x), weight));
            if (step.has(2)) {
                inputs.add(graph.of(step.value(2)));
            }
            return graph.node("Gemm").inputs(inputs).integer("transB", 1).add();
        }
        String turned =
                graph.node("Transpose").inputs(weight).integers("perm", 1, 0).add();
        String product = graph.node("MatMul").inputs(graph.of(x), turned).add();
        return step.has(2)
                ? graph.node("Add").inputs(product, graph.of(step.value(2))).add()
                : product;
    }
}
