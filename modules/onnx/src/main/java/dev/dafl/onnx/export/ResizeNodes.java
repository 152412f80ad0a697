package dev.dafl.onnx.export;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Step;
import java.util.List;
import java.util.Map;

/** Images of other sizes, or seen from elsewhere. */
final class ResizeNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::upsample_nearest2d.vec", ResizeNodes::nearest,
            "aten::upsample_bilinear2d.vec", ResizeNodes::bilinear,
            "aten::pad", ResizeNodes::pad,
            "aten::grid_sampler", ResizeNodes::gridSampler);

    private ResizeNodes() {}

    private static String nearest(Step step, Graph graph) {
        return resize(step, graph, 2)
                .text("mode", "nearest")
                .text("coordinate_transformation_mode", "asymmetric")
                .text("nearest_mode", "floor")
                .add();
    }

    private static String bilinear(Step step, Graph graph) {
        return resize(step, graph, 3)
                .text("mode", "linear")
                .text("coordinate_transformation_mode", step.truth(2) ? "align_corners" : "half_pixel")
                .add();
    }

    /** @param scales where the argument is that gives factors rather than sizes */
    private static Node resize(Step step, Graph graph, int scales) {
        String x = graph.of(step.value(0));
        if (!step.has(scales)) {
            return graph.node("Resize")
                    .inputs(x, "", "", graph.sizes(step.result().shape()));
        }
        List<Double> factors = step.reals(scales);
        float[] all = {1, 1, factors.get(0).floatValue(), factors.get(1).floatValue()};
        return graph.node("Resize").inputs(x, "", graph.numbers("scales", all, all.length));
    }

    private static String pad(Step step, Graph graph) {
        int dims = step.value(0).dim();
        long[] given = step.wholes(1);
        // Of the last dimension first, both sides together; ONNX has all that is before, then all that is behind.
        long[] pads = new long[2 * dims];
        for (int i = 0; i < given.length; i++) {
            int dim = dims - 1 - i / 2;
            pads[i % 2 == 0 ? dim : dims + dim] = given[i];
        }
        DType type = step.result().dtype();
        String mode = switch (step.text(2)) {
            case "constant" -> "constant";
            case "reflect" -> "reflect";
            case "replicate" -> "edge";
            default -> throw new UntranslatedException("aten::pad with mode='" + step.text(2) + "'");
        };
        return graph.node("Pad")
                .inputs(
                        graph.of(step.value(0)),
                        graph.integers(pads),
                        graph.number(step.has(3) ? step.real(3) : 0, type))
                .text("mode", mode)
                .add();
    }

    private static String gridSampler(Step step, Graph graph) {
        return graph.node("GridSample")
                .inputs(graph.of(step.value(0)), graph.of(step.value(1)))
                .text("mode", List.of("bilinear", "nearest", "bicubic").get((int) step.whole(2)))
                .text("padding_mode", List.of("zeros", "border", "reflection").get((int) step.whole(3)))
                .integer("align_corners", step.truth(4) ? 1 : 0)
                .add();
    }
}
