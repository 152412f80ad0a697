package dev.dafl.onnx.export;

import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Parts of a tensor. */
final class PartNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::narrow", PartNodes::narrow,
            "aten::select.int", PartNodes::select,
            "aten::index_select", PartNodes::indexSelect,
            "aten::gather", PartNodes::gather,
            "aten::embedding", PartNodes::embedding,
            "aten::flip", PartNodes::flip);

    private PartNodes() {}

    private static String narrow(Step step, Graph graph) {
        Value value = step.value(0);
        int dim = Shapes.place(step.whole(1), value.dim());
        Size size = value.shape().get(dim);
        Size start = step.size(2);
        if (start.fixed() < 0) {
            start = start.plus(size);
        }
        Size length = step.size(3);
        if (length.equals(size)) {
            return graph.of(value);
        }
        return graph.node("Slice")
                .inputs(
                        graph.of(value),
                        graph.sizes(List.of(start)),
                        graph.sizes(List.of(start.plus(length))),
                        graph.integers(dim))
                .add();
    }

    private static String select(Step step, Graph graph) {
        Value value = step.value(0);
        return graph.node("Gather")
                .inputs(graph.of(value), graph.integer(step.whole(2)))
                .integer("axis", Shapes.place(step.whole(1), value.dim()))
                .add();
    }

    private static String indexSelect(Step step, Graph graph) {
        Value value = step.value(0);
        return graph.node("Gather")
                .inputs(graph.of(value), graph.of(step.value(2)))
                .integer("axis", Shapes.place(step.whole(1), value.dim()))
                .add();
    }

    private static String gather(Step step, Graph graph) {
        Value value = step.value(0);
        return graph.node("GatherElements")
                .inputs(graph.of(value), graph.of(step.value(2)))
                .integer("axis", Shapes.place(step.whole(1), value.dim()))
                .add();
    }

    /** Which row gets no gradients is no matter of what it computes. */
    private static String embedding(Step step, Graph graph) {
        return graph.node("Gather")
                .inputs(graph.of(step.value(0)), graph.of(step.value(1)))
                .integer("axis", 0)
                .add();
    }

    private static String flip(Step step, Graph graph) {
        Value value = step.value(0);
        long[] dims = Arrays.stream(step.wholes(1))
                .map(dim -> Shapes.place(dim, value.dim()))
                .toArray();
        return graph.node("Slice")
                .inputs(
                        graph.of(value),
                        graph.integers(all(-1, dims.length)),
                        // Before the first element, wherever it is.
                        graph.integers(all(Long.MIN_VALUE, dims.length)),
                        graph.integers(dims),
                        graph.integers(all(-1, dims.length)))
                .add();
    }

    private static long[] all(long number, int count) {
        long[] all = new long[count];
        Arrays.fill(all, number);
        return all;
    }
}
