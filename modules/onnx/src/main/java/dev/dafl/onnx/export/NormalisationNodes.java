package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation of each image by its own mean and variance. */
final class NormalisationNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::group_norm", NormalisationNodes::groupNorm,
            "aten::layer_norm", NormalisationNodes::layerNorm);

    private NormalisationNodes() {}

    /** Each group as a channel of an instance norm, of which there is one in opset 17; weights are those of the channels. */
    private static String groupNorm(Step step, Graph graph) {
        Value x = step.value(0);
        int groups = Math.toIntExact(step.whole(1));
        long inGroup = 1;
        for (Size size : x.shape().subList(1, x.dim())) {
            if (!size.isFixed()) {
                throw new UntranslatedException("aten::group_norm over a size that grows with the batch");
            }
            inGroup *= size.fixed();
        }
        String split =
                graph.reshape(graph.of(x), List.of(x.shape().getFirst(), Size.of(groups), Size.of(inGroup / groups)));
        float[] ones = new float[groups];
        Arrays.fill(ones, 1);
        String normalised = graph.node("InstanceNormalization")
                .inputs(split, graph.numbers("ones", ones, groups), graph.numbers("zeros", new float[groups], groups))
                .number("epsilon", step.real(4))
                .add();
        String result = graph.reshape(normalised, x.shape());
        if (step.has(2)) {
            result = graph.node("Mul")
                    .inputs(result, ofChannels(step.value(2), x, graph))
                    .add();
        }
        return step.has(3)
                ? graph.node("Add")
                        .inputs(result, ofChannels(step.value(3), x, graph))
                        .add()
                : result;
    }

    /** {@code [c]} with dimensions behind it, so that it meets the second of {@code x}. */
    private static String ofChannels(Value weight, Value x, Graph graph) {
        int behind = x.dim() - 2;
        return behind == 0
                ? graph.of(weight)
                : graph.node("Unsqueeze")
                        .inputs(
                                graph.of(weight),
                                graph.integers(LongStream.rangeClosed(1, behind).toArray()))
                        .add();
    }

    private static String layerNorm(Step step, Graph graph) {
        long[] shape = step.wholes(1);
        float[] ones = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        Arrays.fill(ones, 1);
        Node node = graph.node("LayerNormalization");
        String weight = step.has(2) ? graph.of(step.value(2)) : graph.numbers("ones", ones, shape);
        node = step.has(3)
                ? node.inputs(graph.of(step.value(0)), weight, graph.of(step.value(3)))
                : node.inputs(graph.of(step.value(0)), weight);
        return node.integer("axis", -shape.length)
                .number("epsilon", step.real(4))
                .add();
    }
}
