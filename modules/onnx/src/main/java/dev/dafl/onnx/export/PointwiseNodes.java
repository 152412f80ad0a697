package dev.dafl.onnx.export;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Step;
import java.util.Map;

/** Arithmetic element by element. */
final class PointwiseNodes {

    static final Map<String, Translation> ALL = Map.ofEntries(
            entry("aten::abs", unary("Abs")),
            entry("aten::neg", unary("Neg")),
            entry("aten::exp", unary("Exp")),
            entry("aten::log", unary("Log")),
            entry("aten::log10", PointwiseNodes::log10),
            entry("aten::sqrt", unary("Sqrt")),
            entry("aten::rsqrt", PointwiseNodes::rsqrt),
            entry("aten::square", PointwiseNodes::square),
            entry("aten::sin", unary("Sin")),
            entry("aten::cos", unary("Cos")),
            entry("aten::sign", unary("Sign")),
            entry("aten::floor", whole("Floor")),
            entry("aten::round", whole("Round")),
            entry("aten::reciprocal", unary("Reciprocal")),
            entry("aten::sub.Tensor", PointwiseNodes::sub),
            entry("aten::mul.Tensor", binary("Mul")),
            entry("aten::div.Tensor", binary("Div")),
            entry("aten::pow.Tensor_Tensor", binary("Pow")),
            entry("aten::maximum", binary("Max")),
            entry("aten::minimum", binary("Min")),
            entry("aten::clamp.Tensor", PointwiseNodes::clamp),
            entry("aten::lerp.Tensor", PointwiseNodes::lerp));

    private PointwiseNodes() {}

    /** The first argument through an operator of ONNX, in the result's type. */
    static Translation unary(String operator) {
        return (step, graph) -> graph.node(operator)
                .inputs(graph.as(step.value(0), step.result().dtype()))
                .add();
    }

    /** The first two arguments through an operator of ONNX, both in the result's type. */
    private static Translation binary(String operator) {
        return (step, graph) -> {
            DType type = step.result().dtype();
            return graph.node(operator)
                    .inputs(graph.as(step.value(0), type), graph.as(step.value(1), type))
                    .add();
        };
    }

    /** Integers stay what they are: ONNX rounds floating numbers alone. */
    private static Translation whole(String operator) {
        return (step, graph) ->
                step.result().dtype().isFloating() ? unary(operator).of(step, graph) : Translation.same(step, graph);
    }

    private static String log10(Step step, Graph graph) {
        return graph.node("Mul")
                .inputs(
                        unary("Log").of(step, graph),
                        graph.number(1 / Math.log(10), step.result().dtype()))
                .add();
    }

    private static String rsqrt(Step step, Graph graph) {
        return graph.node("Reciprocal").inputs(unary("Sqrt").of(step, graph)).add();
    }

    private static String square(Step step, Graph graph) {
        String x = graph.as(step.value(0), step.result().dtype());
        return graph.node("Mul").inputs(x, x).add();
    }

    /** self - alpha * other: also how sums are asked for. */
    private static String sub(Step step, Graph graph) {
        DType type = step.result().dtype();
        String self = graph.as(step.value(0), type);
        String other = graph.as(step.value(1), type);
        double alpha = step.real(2);
        if (Math.abs(alpha) != 1) {
            other = graph.node("Mul")
                    .inputs(other, graph.number(Math.abs(alpha), type))
                    .add();
        }
        return graph.node(alpha < 0 ? "Add" : "Sub").inputs(self, other).add();
    }

    private static String clamp(Step step, Graph graph) {
        DType type = step.result().dtype();
        String x = graph.as(step.value(0), type);
        // Clip takes numbers alone.
        boolean numbers = (!step.has(1) || step.value(1).dim() == 0)
                && (!step.has(2) || step.value(2).dim() == 0);
        if (numbers) {
            return graph.node("Clip")
                    .inputs(
                            x,
                            step.has(1) ? graph.as(step.value(1), type) : "",
                            step.has(2) ? graph.as(step.value(2), type) : "")
                    .add();
        }
        String low = step.has(1)
                ? graph.node("Max").inputs(x, graph.as(step.value(1), type)).add()
                : x;
        return step.has(2)
                ? graph.node("Min").inputs(low, graph.as(step.value(2), type)).add()
                : low;
    }

    private static String lerp(Step step, Graph graph) {
        DType type = step.result().dtype();
        String start = graph.as(step.value(0), type);
        String way =
                graph.node("Sub").inputs(graph.as(step.value(1), type), start).add();
        String part =
                graph.node("Mul").inputs(graph.as(step.value(2), type), way).add();
        return graph.node("Add").inputs(start, part).add();
    }
}
