package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Places put around a tensor. */
final class Padding {

    static final Map<String, Operator> ALL = Map.of("Pad", Padding::pad);

    private Padding() {}

    /** @param around of the last dimension first, in front and behind */
    static Tensor zeros(Tensor x, long... around) {
        return filled(x, 0, around);
    }

    static Tensor filled(Tensor x, double value, long... around) {
        return Operators.call("aten::pad")
                .tensor(x)
                .integers(around)
                .text("constant")
                .optionalFloating(value)
                .result();
    }

    /** Attributes before opset 11, then inputs; since opset 18 of some axes alone. Negative pads cut off. */
    private static void pad(Call call) {
        long[] shape = call.shape(0);
        int rank = shape.length;
        long[] written = call.has(1)
                ? call.integers(1)
                : call.attributes()
                        .integers("pads")
                        .orElseThrow(() -> new OnnxException("it does not say how much to pad"));
        long[] axes = call.has(3) ? call.integers(3) : Sizes.range(0, rank);
        call.require(
                written.length == 2 * axes.length,
                "it has " + written.length + " pads for " + axes.length + " dimensions");
        long[] before = new long[rank];
        long[] after = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = call.axis(axes[i], rank);
            before[axis] = written[i];
            after[axis] = written[axes.length + i];
        }
        long[] output = new long[rank];
        for (int i = 0; i < rank; i++) {
            // In doubles, which do not overflow.
            call.require(
                    (double) before[i] + after[i] + shape[i] >= 0
                            && Math.abs((double) before[i]) < 1e9
                            && Math.abs((double) after[i]) < 1e9,
                    "its pads are " + Shown.shape(written) + " on an input of shape " + call.shapeText(0));
            output[i] = shape[i] + before[i] + after[i];
        }
        call.allow(output);
        if (Arrays.stream(written).allMatch(p -> p == 0)) {
            call.same(0);
            return;
        }
        String mode = call.attributes().text("mode", "constant");
        double value = call.has(2) ? call.known(2).single() : call.attributes().floating("value", 0);
        Arg x = call.arg(0);
        int first = first(before, after);
        long[] around = new long[2 * (rank - first)];
        for (int i = first; i < rank; i++) {
            around[2 * (rank - 1 - i)] = before[i];
            around[2 * (rank - 1 - i) + 1] = after[i];
        }
        switch (mode) {
            case "constant" -> call.result(frame -> filled(frame.get(x), value, around));
            case "reflect", "edge", "wrap" -> mirrored(call, mode, around, first, x);
            default -> throw new OnnxException("its mode is " + Shown.quoted(mode));
        }
    }

    /** libtorch does these on the last one to three dimensions of a tensor that has two more. */
    private static void mirrored(Call call, String mode, long[] around, int first, Arg x) {
        int rank = call.rank(0);
        call.require(
                rank >= 3 && rank <= 5 && first >= 2,
                "it pads other dimensions than those of places in the mode " + mode + ", which is not computed here");
        long[] all = Arrays.copyOf(around, 2 * (rank - 2));
        String torch = switch (mode) {
            case "reflect" -> "reflect";
            case "edge" -> "replicate";
            default -> "circular";
        };
        call.result(frame -> Operators.call("aten::pad")
                .tensor(frame.get(x))
                .integers(all)
                .text(torch)
                .none()
                .result());
    }

    /** The first dimension that is padded. */
    private static int first(long[] before, long[] after) {
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0 || after[i] != 0) {
                return i;
            }
        }
        return before.length;
    }
}
