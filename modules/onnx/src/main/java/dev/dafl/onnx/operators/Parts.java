package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Parts of tensors, and tensors made of parts. */
final class Parts {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Slice", Parts::slice),
            entry("Split", Parts::split),
            entry("Concat", Parts::concat),
            entry("Gather", Parts::gather),
            entry("GatherElements", Parts::gatherElements),
            entry("ScatterND", Parts::scatter),
            entry("Trilu", Parts::trilu));

    private Parts() {}

    // ---- Slice

    /** Every {@code step}th from {@code start}, {@code count} of them; backwards where the step is negative. */
    private record Range(int dim, long start, long count, long step) {

        Tensor of(Tensor x) {
            if (step == 1) {
                return x.narrow(dim, start, count);
            }
            return Operators.call("aten::slice.Tensor")
                    .tensor(x)
                    .integer(dim)
                    .optionalInteger(start)
                    .optionalInteger(start + (count - 1) * step + 1)
                    .integer(step)
                    .result();
        }
    }

    /** Attributes before opset 10, then inputs. */
    private static void slice(Call call) {
        long[] starts = call.has(1) ? call.integers(1) : attribute(call, "starts");
        long[] ends = call.has(2) ? call.integers(2) : attribute(call, "ends");
        int rank = call.rank(0);
        long[] all = Sizes.range(0, starts.length);
        long[] axes = call.has(3)
                ? call.integers(3)
                : call.attributes().integers("axes").orElse(all);
        long[] steps = call.has(4)
                ? call.integers(4)
                : Arrays.stream(starts).map(_ -> 1).toArray();
        call.require(
                ends.length == starts.length && axes.length == starts.length && steps.length == starts.length,
                "it has " + starts.length + " starts, " + ends.length + " ends, " + axes.length + " axes and "
                        + steps.length + " steps");
        long[] shape = call.shape(0);
        List<Range> ranges = new ArrayList<>();
        List<Integer> flipped = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < starts.length; i++) {
            int axis = call.axis(axes[i], rank);
            call.require(steps[i] != 0 && seen.add(axis), "it slices a dimension twice or by steps of 0");
            long size = shape[axis];
            boolean back = steps[i] < 0;
            // Counted from the end where it goes backwards: then it is an ordinary slice of what is turned round.
            long start = back ? size - 1 - bound(starts[i], size, -1, size - 1) : bound(starts[i], size, 0, size);
            long end = back ? size - 1 - bound(ends[i], size, -1, size - 1) : bound(ends[i], size, 0, size);
            long step = steps[i] == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(steps[i]);
            long count = Math.max(0, Math.ceilDiv(end - start, step));
            if (back) {
                flipped.add(axis);
            }
            if (start != 0 || count != size || back) {
                ranges.add(new Range(axis, Math.min(start, size), count, count <= 1 ? 1 : step));
            }
        }
        if (ranges.isEmpty()) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        long[] turned = flipped.stream().mapToLong(Integer::longValue).toArray();
        Step.Single step = frame -> {
            Tensor part = turned.length == 0 ? frame.get(x) : frame.get(x).flip(turned);
            for (Range range : ranges) {
                part = range.of(part);
            }
            return part;
        };
        call.result(step.tidy());
    }

    private static long[] attribute(Call call, String name) {
        return call.attributes().integers(name).orElseThrow(() -> new OnnxException("it has no " + name));
    }

    private static long bound(long place, long size, long low, long high) {
        long counted = place < 0 ? Math.max(place, Long.MIN_VALUE / 2) + size : place;
        return Math.clamp(counted, low, Math.max(low, high));
    }

    // ---- Split and Concat

    /** Sizes are an attribute before opset 13, then an input; without them the parts are equal, but for the last. */
    private static void split(Call call) {
        int axis = call.axis(call.attributes().integer("axis", 0), call.rank(0));
        long size = call.shape(0)[axis];
        int outputs = call.node().outputs().size();
        long[] sizes;
        if (call.has(1)) {
            sizes = call.integers(1);
        } else if (call.attributes().has("split")) {
            sizes = attribute(call, "split");
        } else {
            long parts = call.attributes().integer("num_outputs", outputs);
            call.require(parts == outputs && parts > 0, "it has " + outputs + " outputs for " + parts + " parts");
            long each = Math.ceilDiv(size, parts);
            sizes = new long[outputs];
            Arrays.setAll(sizes, i -> Math.max(0, Math.min(each, size - i * each)));
        }
        call.require(
                sizes.length == outputs
                        && LongStream.of(sizes).allMatch(s -> s >= 0 && s <= size)
                        && LongStream.of(sizes).sum() == size,
                "it makes parts of the sizes " + Shown.shape(sizes) + " of " + size);
        Arg x = call.arg(0);
        call.results(frame -> Operators.call("aten::split_with_sizes")
                .tensor(frame.get(x))
                .integers(sizes)
                .integer(axis)
                .listResult());
    }

    private static void concat(Call call) {
        int count = call.node().inputs().size();
        call.require(count > 0, "it has no inputs");
        int rank = call.rank(0);
        int axis = call.axis(call.attributes().integer("axis", 1), rank);
        long[] joined = call.shape(0).clone();
        long total = 0;
        for (int i = 0; i < count; i++) {
            call.require(call.rank(i) == rank, "it joins tensors of " + rank + " and " + call.rank(i) + " dimensions");
            total += call.shape(i)[axis];
            for (int j = 0; j < rank; j++) {
                // What is the same for all images of a batch of one is so for larger ones.
                joined[j] = Math.max(joined[j], call.shape(i)[j]);
            }
        }
        joined[axis] = total;
        call.allow(joined);
        List<Arg> args = new ArrayList<>();
        List<long[]> wide = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] own = call.shape(i);
            long[] due = Sizes.with(joined, axis, own[axis]);
            boolean same = Arrays.equals(own, due);
            call.require(
                    same || fits(call, i, due),
                    "it joins tensors of the shapes " + call.shapeText(0) + " and " + call.shapeText(i));
            wide.add(same ? new long[0] : due);
            args.add(call.arg(i));
        }
        if (count == 1) {
            call.same(0);
            return;
        }
        Step.Single step = frame -> {
            List<Tensor> parts = new ArrayList<>(args.size());
            for (int i = 0; i < args.size(); i++) {
                Tensor part = frame.get(args.get(i));
                parts.add(wide.get(i).length == 0 ? part : part.expand(wide.get(i)));
            }
            return Functional.cat(parts, axis);
        };
        boolean plain = wide.stream().allMatch(shape -> shape.length == 0);
        call.result(plain ? step : step.tidy());
    }

    /** Whether a tensor that was made for a batch of one can be spread over this one. */
    private static boolean fits(Call call, int input, long... due) {
        long[] own = call.shape(input);
        long[] exported = call.exported(input);
        if (!call.exportedForOne() || !Arrays.equals(own, exported)) {
            return false;
        }
        int differing = 0;
        for (int i = 0; i < own.length; i++) {
            if (own[i] != due[i]) {
                differing++;
                if (own[i] != 1) {
                    return false;
                }
            }
        }
        return differing == 1;
    }

    // ---- Gather

    private static void gather(Call call) {
        long[] shape = call.shape(0);
        int axis = call.axis(call.attributes().integer("axis", 0), shape.length);
        long[] indices = call.shape(1);
        long[] result = Sizes.joined(
                Sizes.joined(Arrays.copyOf(shape, axis), indices), Arrays.copyOfRange(shape, axis + 1, shape.length));
        call.allow(result);
        call.require(call.type(1) == DType.INT64, "its indices are no integers");
        Arg x = call.arg(0);
        if (!call.isKnown(1)) {
            Arg places = call.arg(1);
            Step.Single step = frame -> frame.get(x)
                    .indexSelect(axis, frame.get(places).reshape(-1))
                    .reshape(result);
            call.result(step.tidy());
            return;
        }
        long size = shape[axis];
        long[] places = call.integers(1);
        for (int i = 0; i < places.length; i++) {
            call.require(
                    places[i] >= -size && places[i] < size,
                    "it takes the place " + places[i] + " of dimension " + axis + " of an input of shape "
                            + call.shapeText(0));
            places[i] = places[i] < 0 ? places[i] + size : places[i];
        }
        if (indices.length == 0) {
            call.result(frame -> frame.get(x).select(axis, places[0]));
        } else if (places.length > 0 && inARow(places)) {
            Step.Single step = frame -> {
                Tensor part = frame.get(x).narrow(axis, places[0], places.length);
                return indices.length == 1 ? part : part.reshape(result);
            };
            call.result(step.tidy());
        } else {
            Arg index = call.constant(Known.vector(places));
            Step.Single step = frame -> {
                Tensor part = frame.get(x).indexSelect(axis, frame.get(index));
                return indices.length == 1 ? part : part.reshape(result);
            };
            call.result(step.tidy());
        }
    }

    private static boolean inARow(long... places) {
        for (int i = 1; i < places.length; i++) {
            if (places[i] != places[i - 1] + 1) {
                return false;
            }
        }
        return true;
    }

    private static void gatherElements(Call call) {
        int axis = call.axis(call.attributes().integer("axis", 0), call.rank(0));
        call.allow(call.shape(1));
        Arg x = call.arg(0);
        Arg places = call.arg(1);
        call.result(frame -> frame.get(x).gather(axis, frame.get(places)));
    }

    /** Parts of the first input replaced: where, the second says by the first indices of each. */
    private static void scatter(Call call) {
        long[] shape = call.shape(0);
        long[] indices = call.shape(1);
        int depth = indices.length == 0 ? 0 : (int) Math.min(indices[indices.length - 1], shape.length + 1);
        call.require(
                depth >= 1
                        && depth <= shape.length
                        && call.attributes().text("reduction", "none").equals("none"),
                "it scatters in a way that is not computed here");
        long inner = Sizes.count(Arrays.copyOfRange(shape, depth, shape.length));
        long[] rows = {Sizes.count(Arrays.copyOf(shape, depth)), inner};
        long[] given = call.integers(1);
        long[] places = new long[given.length / depth];
        call.require(
                Sizes.count(call.shape(2)) == places.length * inner, "its updates have the shape " + call.shapeText(2));
        for (int i = 0; i < given.length; i++) {
            long size = shape[i % depth];
            call.require(given[i] >= -size && given[i] < size, "it scatters to the place " + given[i]);
            places[i / depth] = places[i / depth] * size + (given[i] < 0 ? given[i] + size : given[i]);
        }
        Arg x = call.arg(0);
        Arg index = call.constant(Known.vector(places));
        Arg updates = call.arg(2);
        long[] parts = {places.length, inner};
        Step.Single step = frame -> Operators.call("aten::index_copy")
                .tensor(frame.get(x).reshape(rows))
                .integer(0)
                .tensor(frame.get(index))
                .tensor(frame.get(updates).reshape(parts))
                .result()
                .reshape(shape);
        call.result(step.tidy());
    }

    private static void trilu(Call call) {
        boolean upper = call.attributes().flag("upper", true);
        long diagonal = call.has(1) ? (long) call.known(1).single() : 0;
        call.require(call.rank(0) >= 2, "its input has the shape " + call.shapeText(0));
        Arg x = call.arg(0);
        call.result(frame -> Operators.call(upper ? "aten::triu" : "aten::tril")
                .tensor(frame.get(x))
                .integer(diagonal)
                .result());
    }
}
