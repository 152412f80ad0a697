package dev.dafl.onnx.export;

import static java.util.Map.entry;

import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Other shapes and orders of the same elements, and several tensors as one. */
final class ShapeNodes {

    static final Map<String, Translation> ALL = Map.ofEntries(
            entry("aten::view", ShapeNodes::reshape),
            entry("aten::reshape", ShapeNodes::reshape),
            entry("aten::flatten.using_ints", ShapeNodes::flatten),
            entry("aten::permute", ShapeNodes::permute),
            entry("aten::transpose.int", ShapeNodes::transpose),
            entry("aten::squeeze.dim", ShapeNodes::squeeze),
            entry("aten::unsqueeze", ShapeNodes::unsqueeze),
            entry("aten::expand", ShapeNodes::expand),
            entry("aten::repeat", ShapeNodes::repeat),
            entry("aten::cat", ShapeNodes::cat),
            entry("aten::stack", ShapeNodes::stack),
            entry("aten::one_hot", ShapeNodes::oneHot));

    private ShapeNodes() {}

    private static String reshape(Step step, Graph graph) {
        return graph.reshape(graph.of(step.value(0)), step.result().shape());
    }

    private static String flatten(Step step, Graph graph) {
        int dims = step.value(0).dim();
        if (dims > 1 && Shapes.place(step.whole(1), dims) == 1 && Shapes.place(step.whole(2), dims) == dims - 1) {
            return graph.node("Flatten")
                    .inputs(graph.of(step.value(0)))
                    .integer("axis", 1)
                    .add();
        }
        return reshape(step, graph);
    }

    private static String permute(Step step, Graph graph) {
        int dims = step.value(0).dim();
        return order(
                step,
                graph,
                Arrays.stream(step.wholes(1))
                        .map(dim -> Shapes.place(dim, dims))
                        .toArray());
    }

    private static String transpose(Step step, Graph graph) {
        int dims = step.value(0).dim();
        int one = Shapes.place(step.whole(1), dims);
        int other = Shapes.place(step.whole(2), dims);
        return order(
                step,
                graph,
                LongStream.range(0, dims)
                        .map(dim -> dim == one ? other : dim == other ? one : dim)
                        .toArray());
    }

    private static String order(Step step, Graph graph, long... dims) {
        return graph.node("Transpose")
                .inputs(graph.of(step.value(0)))
                .integers("perm", dims)
                .add();
    }

    private static String squeeze(Step step, Graph graph) {
        Value value = step.value(0);
        if (step.result().dim() == value.dim()) {
            return graph.of(value);
        }
        return graph.node("Squeeze")
                .inputs(graph.of(value), graph.integers(Shapes.place(step.whole(1), value.dim())))
                .add();
    }

    private static String unsqueeze(Step step, Graph graph) {
        return unsqueezed(
                graph.of(step.value(0)),
                Shapes.place(step.whole(1), step.result().dim()),
                graph);
    }

    private static String unsqueezed(String tensor, int dim, Graph graph) {
        return graph.node("Unsqueeze").inputs(tensor, graph.integers(dim)).add();
    }

    private static String expand(Step step, Graph graph) {
        return graph.node("Expand")
                .inputs(graph.of(step.value(0)), graph.sizes(step.result().shape()))
                .add();
    }

    private static String repeat(Step step, Graph graph) {
        Value value = step.value(0);
        List<Size> times = step.sizes(1);
        String tensor = graph.of(value);
        int more = times.size() - value.dim();
        if (more > 0) {
            tensor = graph.node("Unsqueeze")
                    .inputs(tensor, graph.integers(LongStream.range(0, more).toArray()))
                    .add();
        }
        return graph.node("Tile").inputs(tensor, graph.sizes(times)).add();
    }

    private static String cat(Step step, Graph graph) {
        return graph.node("Concat")
                .inputs(step.values(0).stream()
                        .map(value -> graph.as(value, step.result().dtype()))
                        .toList())
                .integer("axis", Shapes.place(step.whole(1), step.result().dim()))
                .add();
    }

    private static String stack(Step step, Graph graph) {
        int dim = Shapes.place(step.whole(1), step.result().dim());
        return graph.node("Concat")
                .inputs(step.values(0).stream()
                        .map(value -> unsqueezed(graph.as(value, step.result().dtype()), dim, graph))
                        .toList())
                .integer("axis", dim)
                .add();
    }

    private static String oneHot(Step step, Graph graph) {
        return graph.node("OneHot")
                .inputs(
                        graph.of(step.value(0)),
                        graph.integer(step.result().shape().getLast().fixed()),
                        graph.integers(0, 1))
                .add();
    }
}
