package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Other shapes and orders of the same elements. */
final class Shapes {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Reshape", Shapes::reshape),
            entry("Flatten", Shapes::flatten),
            entry("Squeeze", Shapes::squeeze),
            entry("Unsqueeze", Shapes::unsqueeze),
            entry("Transpose", Shapes::transpose),
            entry("Expand", Shapes::expand),
            entry("Tile", Shapes::tile),
            entry("DepthToSpace", Shapes::depthToSpace),
            entry("SpaceToDepth", Shapes::spaceToDepth));

    private Shapes() {}

    private static void reshaped(Call call, long... shape) {
        call.require(
                Sizes.count(shape) == Sizes.count(call.shape(0)),
                "it would make the shape " + Shown.shape(shape) + " of " + call.shapeText(0));
        if (Arrays.equals(shape, call.shape(0))) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        call.result(frame -> frame.get(x).reshape(shape));
    }

    private static void reshape(Call call) {
        long[] target = call.integers(1);
        boolean ofShape = call.isOfShape(1);
        long[] from = ofShape ? call.shape(0) : call.exported(0);
        boolean zeros = call.attributes().flag("allowzero", false);
        long[] sizes = target.clone();
        int open = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0 && !zeros) {
                call.require(i < from.length, "its shape is " + Shown.shape(target) + " for " + call.shapeText(0));
                sizes[i] = from[i];
            }
            call.require(sizes[i] >= 0 || (sizes[i] == -1 && open < 0), "its shape is " + Shown.shape(target));
            if (sizes[i] == -1) {
                open = i;
                sizes[i] = 1;
            }
        }
        if (open >= 0) {
            long rest = Sizes.count(sizes);
            call.require(
                    rest > 0 && Sizes.count(from) % rest == 0,
                    "it would make the shape " + Shown.shape(target) + " of " + call.shapeText(0));
            sizes[open] = Sizes.count(from) / rest;
        }
        reshaped(call, ofShape ? sizes : call.forBatch(0, sizes));
    }

    /** The axis before which an input's dimensions are cut into two groups, either of which may be empty. */
    static int cut(Call call, long absent) {
        long axis = call.attributes().integer("axis", absent);
        return axis == call.rank(0) ? call.rank(0) : call.axis(axis, call.rank(0));
    }

    private static void flatten(Call call) {
        long[] shape = call.shape(0);
        int axis = cut(call, 1);
        reshaped(
                call,
                Sizes.count(Arrays.copyOf(shape, axis)),
                Sizes.count(Arrays.copyOfRange(shape, axis, shape.length)));
    }

    /** Before opset 13 the axes are an attribute, then an input. */
    private static TreeSet<Integer> axes(Call call, int rank) {
        long[] written = call.has(1)
                ? call.integers(1)
                : call.attributes().integers("axes").orElse(new long[0]);
        TreeSet<Integer> axes = new TreeSet<>();
        for (long axis : written) {
            axes.add(call.axis(axis, rank));
        }
        return axes;
    }

    private static void squeeze(Call call) {
        long[] shape = call.shape(0);
        TreeSet<Integer> axes = axes(call, shape.length);
        boolean all = axes.isEmpty();
        List<Long> left = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            boolean out = all ? shape[i] == 1 : axes.contains(i);
            call.require(
                    !out || shape[i] == 1,
                    "it takes away dimension " + i + " of an input of shape " + call.shapeText(0));
            if (!out) {
                left.add(shape[i]);
            }
        }
        reshaped(call, left.stream().mapToLong(Long::longValue).toArray());
    }

    private static void unsqueeze(Call call) {
        long[] shape = call.shape(0);
        int count = (int)
                (call.has(1)
                        ? Sizes.count(call.shape(1))
                        : call.attributes().integers("axes").orElse(new long[0]).length);
        call.require(count <= 16, "it puts in " + count + " dimensions");
        TreeSet<Integer> axes = axes(call, shape.length + count);
        call.require(axes.size() == count, "it puts in a dimension twice");
        long[] wider = new long[shape.length + count];
        int from = 0;
        for (int i = 0; i < wider.length; i++) {
            wider[i] = axes.contains(i) ? 1 : shape[from++];
        }
        reshaped(call, wider);
    }

    private static void transpose(Call call) {
        int rank = call.rank(0);
        long[] order = call.attributes().integers("perm").orElseGet(() -> {
            long[] reversed = Sizes.range(0, rank);
            Arrays.setAll(reversed, i -> rank - 1 - i);
            return reversed;
        });
        call.require(
                Arrays.equals(Arrays.stream(order).sorted().toArray(), Sizes.range(0, rank)),
                "its perm is " + Shown.shape(order) + " for an input of shape " + call.shapeText(0));
        if (Arrays.equals(order, Sizes.range(0, rank))) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        call.result(frame -> frame.get(x).permute(order));
    }

    private static void expand(Call call) {
        long[] target = call.integers(1);
        long[] shape = call.shape(0);
        long[] from = call.isOfShape(1) ? shape : call.exported(0);
        for (int i = 0; i < target.length; i++) {
            int place = from.length - target.length + i;
            call.require(target[i] >= 1 || target[i] == -1, "its shape is " + Shown.shape(target));
            // What was as large as the exported batch is as large as this one.
            if (place >= 0 && (target[i] == from[place] || target[i] == -1)) {
                target[i] = shape[place];
            }
        }
        long[] wide = Sizes.broadcast(shape, target);
        call.allow(wide);
        if (Arrays.equals(wide, shape)) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        call.result(frame -> frame.get(x).expand(wide));
    }

    private static void tile(Call call) {
        long[] repeats = call.integers(1);
        long[] shape = call.shape(0);
        call.require(
                repeats.length == shape.length,
                "it repeats an input of shape " + call.shapeText(0) + " along " + repeats.length + " dimensions");
        long[] tiled = shape.clone();
        for (int i = 0; i < shape.length; i++) {
            call.require(repeats[i] >= 0 && repeats[i] < 1 << 30, "it repeats its input " + repeats[i] + " times");
            tiled[i] = shape[i] * repeats[i];
        }
        call.allow(tiled);
        Arg x = call.arg(0);
        call.result(frame -> frame.get(x).repeat(repeats));
    }

    private static long block(Call call) {
        long block = call.attributes().integer("blocksize", 0);
        call.require(
                call.rank(0) == 4 && block >= 1 && block < 1 << 12,
                "its blocksize is " + block + " on an input of shape " + call.shapeText(0));
        return block;
    }

    private static void depthToSpace(Call call) {
        long b = block(call);
        long[] s = call.shape(0);
        call.require(s[1] % (b * b) == 0, "it makes blocks of " + b + "x" + b + " of " + s[1] + " channels");
        boolean columns = call.attributes().text("mode", "DCR").equals("CRD");
        long c = s[1] / (b * b);
        long[] taken = columns ? new long[] {s[0], c, b, b, s[2], s[3]} : new long[] {s[0], b, b, c, s[2], s[3]};
        long[] order = columns ? new long[] {0, 1, 4, 2, 5, 3} : new long[] {0, 3, 4, 1, 5, 2};
        rearranged(call, taken, order, s[0], c, s[2] * b, s[3] * b);
    }

    private static void spaceToDepth(Call call) {
        long b = block(call);
        long[] s = call.shape(0);
        call.require(
                s[2] % b == 0 && s[3] % b == 0,
                "it makes blocks of " + b + "x" + b + " of an input of shape " + call.shapeText(0));
        long[] taken = {s[0], s[1], s[2] / b, b, s[3] / b, b};
        long[] order = {0, 3, 5, 1, 2, 4};
        rearranged(call, taken, order, s[0], s[1] * b * b, s[2] / b, s[3] / b);
    }

    private static void rearranged(Call call, long[] taken, long[] order, long... shape) {
        Arg x = call.arg(0);
        Step.Single step = frame -> {
            Tensor parts = frame.get(x).reshape(taken);
            return parts.permute(order).reshape(shape);
        };
        call.result(step.tidy());
    }
}
