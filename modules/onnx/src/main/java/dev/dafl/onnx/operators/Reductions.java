package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;

/** Operators that make one element of several along some dimensions. */
final class Reductions {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("ReduceMean", reduction((x, keep, dims) -> x.mean(keep, dims))),
            entry("ReduceSum", reduction((x, keep, dims) -> x.sum(keep, dims))),
            entry("ReduceMax", reduction((x, keep, dims) -> x.amax(keep, dims))),
            entry("ReduceMin", reduction((x, keep, dims) -> x.amin(keep, dims))),
            entry("ReduceProd", reduction(Reductions::product)),
            entry("ReduceL1", reduction((x, keep, dims) -> x.abs().sum(keep, dims))),
            entry("ReduceL2", reduction(Reductions::norm)),
            entry("ReduceSumSquare", reduction((x, keep, dims) -> x.square().sum(keep, dims))),
            entry("ReduceLogSum", reduction((x, keep, dims) -> x.sum(keep, dims).log())),
            entry("ReduceLogSumExp", reduction((x, keep, dims) -> x.logsumexp(keep, dims))),
            entry("ArgMax", call -> index(call, "aten::argmax")),
            entry("ArgMin", call -> index(call, "aten::argmin")),
            entry("CumSum", Reductions::cumSum));

    private Reductions() {}

    private interface Reduction {

        Tensor apply(Tensor x, boolean keep, long... dims);
    }

    private static Operator reduction(Reduction reduction) {
        return call -> {
            long[] dims = axes(call);
            if (dims.length == 0 && call.rank(0) > 0) {
                call.same(0);
                return;
            }
            boolean keep = call.attributes().flag("keepdims", true);
            Arg x = call.arg(0);
            Step.Single step = frame -> reduction.apply(frame.get(x), keep, dims);
            call.result(step.tidy());
        };
    }

    /** An attribute in older opsets, an input in newer ones; without them all, or none. */
    private static long[] axes(Call call) {
        int rank = call.rank(0);
        long[] written = call.has(1)
                ? call.integers(1)
                : call.attributes().integers("axes").orElse(new long[0]);
        if (written.length == 0) {
            return call.attributes().flag("noop_with_empty_axes", false) ? new long[0] : Sizes.range(0, rank);
        }
        TreeSet<Long> axes = new TreeSet<>();
        Arrays.stream(written).forEach(axis -> axes.add((long) call.axis(axis, rank)));
        return axes.stream().mapToLong(Long::longValue).toArray();
    }

    private static Tensor product(Tensor x, boolean keep, long... dims) {
        Tensor product = x.alias();
        for (int i = dims.length - 1; i >= 0; i--) {
            product = Operators.call("aten::prod.dim_int")
                    .tensor(product)
                    .integer(dims[i])
                    .bool(keep)
                    .none()
                    .result();
        }
        return product;
    }

    /** libtorch's own norm, whose gradient at 0 is 0, takes two dimensions at most. */
    private static Tensor norm(Tensor x, boolean keep, long... dims) {
        return dims.length > 2
                ? x.square().sum(keep, dims).sqrt()
                : Operators.call("aten::frobenius_norm.dim")
                        .tensor(x)
                        .integers(dims)
                        .bool(keep)
                        .result();
    }

    private static void index(Call call, String operator) {
        call.require(!call.attributes().flag("select_last_index", false), "it wants the last of several indices");
        int axis = call.axis(call.attributes().integer("axis", 0), call.rank(0));
        boolean keep = call.attributes().flag("keepdims", true);
        Arg x = call.arg(0);
        call.result(frame -> Operators.call(operator)
                .tensor(frame.get(x))
                .optionalInteger(axis)
                .bool(keep)
                .result());
    }

    private static void cumSum(Call call) {
        call.require(
                !call.attributes().flag("exclusive", false)
                        && !call.attributes().flag("reverse", false),
                "it adds up backwards or without the element itself");
        int axis = call.axis((long) call.known(1).single(), call.rank(0));
        Arg x = call.arg(0);
        call.result(frame -> frame.get(x).cumsum(axis));
    }
}
