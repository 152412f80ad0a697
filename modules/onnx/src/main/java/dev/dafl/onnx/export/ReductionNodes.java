package dev.dafl.onnx.export;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.trace.Size;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Value;
import java.util.Map;
import java.util.stream.LongStream;

/** Operators along dimensions, or over all elements. */
final class ReductionNodes {

    static final Map<String, Translation> ALL = Map.ofEntries(
            entry("aten::sum", all("ReduceSum")),
            entry("aten::mean", all("ReduceMean")),
            entry("aten::max", all("ReduceMax")),
            entry("aten::min", all("ReduceMin")),
            entry("aten::all", truths("ReduceMin")),
            entry("aten::any", truths("ReduceMax")),
            entry("aten::sum.dim_IntList", along("ReduceSum")),
            entry("aten::mean.dim", along("ReduceMean")),
            entry("aten::amax", along("ReduceMax")),
            entry("aten::amin", along("ReduceMin")),
            entry("aten::logsumexp", along("ReduceLogSumExp")),
            entry("aten::var.dim", ReductionNodes::variance),
            entry(
                    "aten::std.dim",
                    (step, graph) ->
                            graph.node("Sqrt").inputs(variance(step, graph)).add()),
            entry("aten::argmax", ReductionNodes::argmax),
            entry("aten::cumsum", ReductionNodes::cumsum),
            entry("aten::softmax.int", softmax("Softmax")),
            entry("aten::log_softmax.int", softmax("LogSoftmax")));

    private ReductionNodes() {}

    private static Translation all(String operator) {
        return (step, graph) ->
                reduce(operator, graph, graph.as(step.value(0), step.result().dtype()), false);
    }

    private static Translation truths(String operator) {
        return (step, graph) -> {
            String numbers = graph.cast(graph.as(step.value(0), DType.BOOL), DType.INT32);
            return graph.cast(reduce(operator, graph, numbers, false), DType.BOOL);
        };
    }

    /** The dimensions and whether they stay are the second and third argument. */
    private static Translation along(String operator) {
        return (step, graph) ->
                reduce(operator, graph, graph.as(step.value(0), step.result().dtype()), step.truth(2), axes(step));
    }

    /** @param axes all where there are none */
    private static String reduce(String operator, Graph graph, String tensor, boolean keep, long... axes) {
        Node node = graph.node(operator);
        // Of all reductions only this one takes its dimensions as an input, up to opset 17.
        if (operator.equals("ReduceSum") && axes.length > 0) {
            node.inputs(tensor, graph.integers(axes));
        } else {
            node.inputs(tensor);
            if (axes.length > 0) {
                node.integers("axes", axes);
            }
        }
        return node.integer("keepdims", keep ? 1 : 0).add();
    }

    private static long[] axes(Step step) {
        return step.has(1) ? step.wholes(1) : new long[0];
    }

    private static String variance(Step step, Graph graph) {
        Value value = step.value(0);
        String x = graph.of(value);
        long[] axes = axes(step);
        boolean keep = step.truth(3);
        String mean = reduce("ReduceMean", graph, x, true, axes);
        String off = graph.node("Sub").inputs(x, mean).add();
        String squares = graph.node("Mul").inputs(off, off).add();
        if (!step.truth(2)) {
            return reduce("ReduceMean", graph, squares, keep, axes);
        }
        long count = 1;
        for (long axis :
                axes.length > 0 ? axes : LongStream.range(0, value.dim()).toArray()) {
            Size size = value.shape().get(Shapes.place(axis, value.dim()));
            if (!size.isFixed()) {
                throw new UntranslatedException(step.operator() + ", unbiased, along the batch");
            }
            count *= size.fixed();
        }
        return graph.node("Div")
                .inputs(
                        reduce("ReduceSum", graph, squares, keep, axes),
                        graph.number(count - 1.0, step.result().dtype()))
                .add();
    }

    private static String argmax(Step step, Graph graph) {
        if (!step.has(1)) {
            throw new UntranslatedException("aten::argmax over all dimensions");
        }
        return graph.node("ArgMax")
                .inputs(graph.of(step.value(0)))
                .integer("axis", step.whole(1))
                .integer("keepdims", step.truth(2) ? 1 : 0)
                .add();
    }

    private static String cumsum(Step step, Graph graph) {
        return graph.node("CumSum")
                .inputs(graph.as(step.value(0), step.result().dtype()), graph.integer(step.whole(1)))
                .add();
    }

    private static Translation softmax(String operator) {
        return (step, graph) -> graph.node(operator)
                .inputs(graph.as(step.value(0), step.result().dtype()))
                .integer("axis", step.whole(1))
                .add();
    }
}
