package dev.dafl.onnx.export;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Map;
import java.util.stream.LongStream;

/** Activation functions. */
final class ActivationNodes {

    static final Map<String, Translation> ALL = Map.ofEntries(
            entry("aten::relu", PointwiseNodes.unary("Relu")),
            entry("aten::relu_", PointwiseNodes.unary("Relu")),
            entry("aten::relu6", ActivationNodes::relu6),
            entry("aten::hardswish", PointwiseNodes.unary("HardSwish")),
            entry("aten::sigmoid", PointwiseNodes.unary("Sigmoid")),
            entry("aten::tanh", PointwiseNodes.unary("Tanh")),
            entry("aten::silu", ActivationNodes::silu),
            entry("aten::log_sigmoid", ActivationNodes::logSigmoid),
            entry("aten::gelu", ActivationNodes::gelu),
            entry("aten::leaky_relu", ActivationNodes::leakyRelu),
            entry("aten::leaky_relu_", ActivationNodes::leakyRelu),
            entry("aten::prelu", ActivationNodes::prelu));

    private ActivationNodes() {}

    private static String relu6(Step step, Graph graph) {
        DType type = step.result().dtype();
        return graph.node("Clip")
                .inputs(graph.as(step.value(0), type), graph.number(0, type), graph.number(6, type))
                .add();
    }

    private static String silu(Step step, Graph graph) {
        String x = graph.of(step.value(0));
        return graph.node("Mul")
                .inputs(x, graph.node("Sigmoid").inputs(x).add())
                .add();
    }

    /** -softplus(-x). */
    private static String logSigmoid(Step step, Graph graph) {
        String turned = graph.node("Neg").inputs(graph.of(step.value(0))).add();
        return graph.node("Neg")
                .inputs(graph.node("Softplus").inputs(turned).add())
                .add();
    }

    /** x / 2 * (1 + erf(x / sqrt(2))); opset 17 has no Gelu. */
    private static String gelu(Step step, Graph graph) {
        if (!step.text(1).equals("none")) {
            throw new UntranslatedException("aten::gelu with approximate='" + step.text(1) + "'");
        }
        DType type = step.result().dtype();
        String x = graph.of(step.value(0));
        String scaled =
                graph.node("Mul").inputs(x, graph.number(Math.sqrt(0.5), type)).add();
        String erf = graph.node("Erf").inputs(scaled).add();
        String gate = graph.node("Add").inputs(erf, graph.number(1, type)).add();
        String half = graph.node("Mul").inputs(x, graph.number(0.5, type)).add();
        return graph.node("Mul").inputs(half, gate).add();
    }

    private static String leakyRelu(Step step, Graph graph) {
        return graph.node("LeakyRelu")
                .inputs(graph.of(step.value(0)))
                .number("alpha", step.real(1))
                .add();
    }

    /** Slopes of channels, {@code [c]}, get dimensions behind them, so that they meet the second of {@code x}. */
    private static String prelu(Step step, Graph graph) {
        Value x = step.value(0);
        Value slope = step.value(1);
        String slopes = graph.of(slope);
        int behind = x.dim() - 2;
        if (slope.dim() == 1 && slope.shape().getFirst().fixed() != 1 && behind > 0) {
            slopes = graph.node("Unsqueeze")
                    .inputs(
                            slopes,
                            graph.integers(LongStream.rangeClosed(1, behind).toArray()))
                    .add();
        }
        return graph.node("PRelu").inputs(graph.of(x), slopes).add();
    }
}
