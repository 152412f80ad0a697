package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/** softmax(Q K^T scale + mask) V of several heads. */
final class Attention {

    static final Map<String, Operator> ALL = Map.of("Attention", Attention::attention);

    private Attention() {}

    /** {@code [n, heads, length, size]}, or with the heads beside each other, {@code [n, length, heads * size]}. */
    private record Heads(boolean joined, long count) {

        Tensor split(Tensor x) {
            return joined
                    ? x.reshape(x.size(0), x.size(1), count, x.size(2) / count).transpose(1, 2)
                    : x;
        }
    }

    private static void attention(Call call) {
        int rank = call.rank(0);
        call.require(
                (rank == 3 || rank == 4) && call.rank(1) == rank && call.rank(2) == rank,
                "its inputs have the shapes " + call.shapeText(0) + ", " + call.shapeText(1) + " and "
                        + call.shapeText(2));
        call.require(
                !call.has(4) && !call.has(5) && !call.has(6), "it goes on with what a network remembers of before");
        call.require(
                call.attributes().floating("softcap", 0) == 0
                        && call.node().outputs().stream().skip(1).allMatch(String::isEmpty),
                "its softcap and further outputs are not computed here");
        boolean joined = rank == 3;
        Heads queries = heads(call, 0, "q_num_heads", joined);
        Heads keys = heads(call, 1, "kv_num_heads", joined);
        Heads values = heads(call, 2, "kv_num_heads", joined);
        call.require(
                queries.count() % keys.count() == 0,
                "it has " + queries.count() + " heads of queries and " + keys.count() + " of keys");
        boolean causal = call.attributes().flag("is_causal", false);
        boolean scaled = call.attributes().has("scale");
        double scale = call.attributes().floating("scale", 0);
        long from = call.shape(0)[joined ? 1 : 2];
        long to = call.shape(1)[joined ? 1 : 2];
        long[] scores = {call.shape(0)[0], queries.count(), from, to};
        call.allow(scores);
        long size = call.shape(0)[rank - 1] / (joined ? queries.count() : 1);
        long valueSize = call.shape(2)[rank - 1] / (joined ? values.count() : 1);
        call.multiplyAdds(Sizes.count(scores) * (size + valueSize));
        Arg q = call.arg(0);
        Arg k = call.arg(1);
        Arg v = call.arg(2);
        Optional<Arg> mask = call.optional(3);
        boolean grouped = queries.count() != keys.count();
        Step.Single step = frame -> {
            Tensor query = queries.split(frame.get(q));
            Tensor key = keys.split(frame.get(k));
            Tensor value = values.split(frame.get(v));
            Operators.Call attention = Operators.call("aten::scaled_dot_product_attention")
                    .tensor(query)
                    .tensor(key)
                    .tensor(value)
                    .tensor(frame.get(mask))
                    .floating(0)
                    .bool(causal);
            Tensor result = (scaled ? attention.optionalFloating(scale) : attention.none())
                    .bool(grouped)
                    .result();
            return joined ? result.transpose(1, 2).flatten(2) : result;
        };
        call.result(step.tidy());
    }

    private static Heads heads(Call call, int input, String attribute, boolean joined) {
        long[] shape = call.shape(input);
        long count = joined ? call.attributes().integer(attribute, 0) : shape[1];
        call.require(
                count > 0 && (!joined || shape[2] % count == 0),
                "it has " + count + " heads in an input of shape " + Shown.shape(shape));
        return new Heads(joined, count);
    }
}
