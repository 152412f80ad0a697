package dev.dafl.onnx.export;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.List;
import java.util.Map;

/** Truths, and choices by them. */
final class ComparisonNodes {

    static final Map<String, Translation> ALL = Map.ofEntries(
            entry("aten::eq.Tensor", comparison("Equal")),
            entry("aten::lt.Tensor", comparison("Less")),
            entry("aten::gt.Tensor", comparison("Greater")),
            entry(
                    "aten::isnan",
                    (step, graph) ->
                            graph.node("IsNaN").inputs(floating(step, graph)).add()),
            entry("aten::isfinite", ComparisonNodes::isFinite),
            entry(
                    "aten::logical_not",
                    (step, graph) -> graph.node("Not")
                            .inputs(graph.as(step.value(0), DType.BOOL))
                            .add()),
            entry(
                    "aten::logical_and",
                    (step, graph) -> graph.node("And")
                            .inputs(graph.as(step.value(0), DType.BOOL), graph.as(step.value(1), DType.BOOL))
                            .add()),
            entry("aten::where.self", ComparisonNodes::where));

    /** From the narrowest to the widest. */
    private static final List<DType> WIDTHS = List.of(
            DType.BOOL,
            DType.UINT8,
            DType.INT8,
            DType.INT16,
            DType.INT32,
            DType.INT64,
            DType.FLOAT16,
            DType.BFLOAT16,
            DType.FLOAT32,
            DType.FLOAT64);

    private ComparisonNodes() {}

    private static Translation comparison(String operator) {
        return (step, graph) -> {
            DType type = common(step.value(0), step.value(1));
            return graph.node(operator)
                    .inputs(graph.as(step.value(0), type), graph.as(step.value(1), type))
                    .add();
        };
    }

    /** The type in which libtorch compares: one without dimensions counts only where its kind is the wider one. */
    private static DType common(Value one, Value other) {
        if (one.dim() == 0 && other.dim() > 0) {
            return common(other, one);
        }
        if (one.dim() > 0 && other.dim() == 0 && kind(other.dtype()) <= kind(one.dtype())) {
            return one.dtype();
        }
        return WIDTHS.indexOf(one.dtype()) > WIDTHS.indexOf(other.dtype()) ? one.dtype() : other.dtype();
    }

    private static int kind(DType type) {
        return type.isFloating() ? 2 : type == DType.BOOL ? 0 : 1;
    }

    private static String floating(Step step, Graph graph) {
        DType type = step.value(0).dtype();
        return graph.as(step.value(0), type.isFloating() ? type : DType.FLOAT32);
    }

    private static String isFinite(Step step, Graph graph) {
        String x = floating(step, graph);
        String either = graph.node("Or")
                .inputs(
                        graph.node("IsNaN").inputs(x).add(),
                        graph.node("IsInf").inputs(x).add())
                .add();
        return graph.node("Not").inputs(either).add();
    }

    private static String where(Step step, Graph graph) {
        DType type = step.result().dtype();
        return graph.node("Where")
                .inputs(
                        graph.as(step.value(0), DType.BOOL),
                        graph.as(step.value(1), type),
                        graph.as(step.value(2), type))
                .add();
    }
}
