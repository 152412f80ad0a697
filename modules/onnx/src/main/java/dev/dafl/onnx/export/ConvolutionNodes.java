package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Convolutions, and the normalisation that goes with them. */
final class ConvolutionNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::conv2d", ConvolutionNodes::conv2d,
            "aten::conv_transpose2d.input", ConvolutionNodes::convTranspose2d,
            "aten::batch_norm", ConvolutionNodes::batchNorm);

    private ConvolutionNodes() {}

    private static String conv2d(Step step, Graph graph) {
        return withWeights("Conv", step, graph)
                .integers("strides", Windows.pair(step, 3, 1, 1))
                .integers("pads", Windows.bothSides(Windows.pair(step, 4, 0, 0)))
                .integers("dilations", Windows.pair(step, 5, 1, 1))
                .integer("group", step.whole(6))
                .add();
    }

    private static String convTranspose2d(Step step, Graph graph) {
        return withWeights("ConvTranspose", step, graph)
                .integers("strides", Windows.pair(step, 3, 1, 1))
                .integers("pads", Windows.bothSides(Windows.pair(step, 4, 0, 0)))
                .integers("output_padding", Windows.pair(step, 5, 0, 0))
                .integer("group", step.whole(6))
                .integers("dilations", Windows.pair(step, 7, 1, 1))
                .add();
    }

    private static Node withWeights(String operator, Step step, Graph graph) {
        List<String> inputs = new ArrayList<>(List.of(graph.of(step.value(0)), graph.of(step.value(1))));
        if (step.has(2)) {
            inputs.add(graph.of(step.value(2)));
        }
        return graph.node(operator)
                .inputs(inputs)
                .integers("kernel_shape", Windows.area(step.operator(), step.value(1)));
    }

    private static String batchNorm(Step step, Graph graph) {
        if (step.truth(5) || !step.has(3) || !step.has(4)) {
            throw new UntranslatedException("aten::batch_norm by the statistics of the batch");
        }
        Value mean = step.value(3);
        return graph.node("BatchNormalization")
                .inputs(
                        graph.of(step.value(0)),
                        step.has(1) ? graph.of(step.value(1)) : all(1, mean, graph),
                        step.has(2) ? graph.of(step.value(2)) : all(0, mean, graph),
                        graph.of(mean),
                        graph.of(step.value(4)))
                .number("epsilon", step.real(7))
                .add();
    }

    /** One number for each channel. */
    private static String all(float number, Value like, Graph graph) {
        float[] numbers = new float[Math.toIntExact(like.shape().getFirst().fixed())];
        Arrays.fill(numbers, number);
        return graph.numbers("numbers", numbers, numbers.length);
    }
}
