package dev.dafl.onnx.operators;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Images at another size. Each dimension by itself: by the nearest place, or by a matrix {@code [new, old]} of weights, which
 * does all of ONNX's ways of counting coordinates alike.
 */
final class Resizing {

    static final Map<String, Operator> ALL = Map.of("Resize", Resizing::resize, "Upsample", Resizing::upsample);

    private Resizing() {}

    /** How a new place is found in the old image. */
    private record Coordinates(String mode, long old, long size, double scale) {

        double of(long place) {
            return switch (mode) {
                case "half_pixel" -> (place + 0.5) / scale - 0.5;
                case "half_pixel_symmetric" -> {
                    double adjusted = size / (scale * old);
                    yield old / 2.0 * (1 - adjusted) + (place + 0.5) / scale - 0.5;
                }
                case "pytorch_half_pixel" -> size > 1 ? (place + 0.5) / scale - 0.5 : 0;
                case "align_corners" -> size > 1 ? place * (old - 1.0) / (size - 1.0) : 0;
                case "asymmetric" -> place / scale;
                case "tf_half_pixel_for_nn" -> (place + 0.5) / scale;
                default ->
                    throw new OnnxException("its coordinate_transformation_mode is " + Shown.quoted(mode)
                            + ", which is not computed here");
            };
        }
    }

    private static void upsample(Call call) {
        double[] scales = call.has(1)
                ? call.known(1).values()
                : call.attributes().floatings("scales").orElse(new double[0]);
        resized(call, new long[0], scales, Sizes.range(0, call.rank(0)), "asymmetric", "floor");
    }

    private static void resize(Call call) {
        boolean first = call.opset() < 11;
        int scalesAt = first ? 1 : 2;
        double[] scales = call.has(scalesAt) ? call.known(scalesAt).values() : new double[0];
        long[] sizes = !first && call.has(3) ? call.integers(3) : new long[0];
        long[] axes = call.attributes().integers("axes").orElse(Sizes.range(0, call.rank(0)));
        call.require(
                !call.attributes().flag("antialias", false)
                        && !call.attributes().flag("exclude_outside", false),
                "its attributes antialias and exclude_outside are not computed here");
        call.require(
                call.attributes().text("keep_aspect_ratio_policy", "stretch").equals("stretch"),
                "its keep_aspect_ratio_policy is not computed here");
        resized(
                call,
                sizes,
                scales,
                axes,
                call.attributes().text("coordinate_transformation_mode", first ? "asymmetric" : "half_pixel"),
                call.attributes().text("nearest_mode", first ? "floor" : "round_prefer_floor"));
    }

    private static void resized(
            Call call, long[] sizes, double[] scales, long[] axes, String coordinates, String rounding) {
        long[] shape = call.shape(0);
        boolean bySize = sizes.length > 0;
        call.require(
                (bySize ? sizes.length : scales.length) == axes.length,
                "it has " + (bySize ? sizes.length : scales.length) + " sizes for " + axes.length + " dimensions");
        String mode = call.attributes().text("mode", "nearest");
        long[] result = shape.clone();
        List<Step.Single> steps = new ArrayList<>();
        long[] exported = call.isOfShape(3) ? shape : call.exported(0);
        for (int i = 0; i < axes.length; i++) {
            int axis = call.axis(axes[i], shape.length);
            // What was as large as the exported batch stays.
            if (bySize && sizes[i] == exported[axis]) {
                continue;
            }
            double scale = bySize ? (double) sizes[i] / shape[axis] : scales[i];
            double size = bySize ? sizes[i] : Math.floor(shape[axis] * scale);
            call.require(
                    scale > 0 && size >= 1 && size < 1 << 24,
                    "it makes the size " + size + " of an input of shape " + call.shapeText(0));
            result[axis] = (long) size;
            call.allow(result);
            Coordinates places = new Coordinates(coordinates, shape[axis], (long) size, scale);
            if (result[axis] != shape[axis] || scale != 1) {
                steps.add(alongOne(call, axis, places, mode, rounding));
            }
        }
        if (steps.isEmpty()) {
            call.same(0);
            return;
        }
        Arg x = call.arg(0);
        Step.Single step = frame -> {
            Frame one = new Frame(1, frame.pass());
            one.set(0, frame.get(x));
            for (Step.Single along : steps) {
                one.set(0, along.run(one));
            }
            return one.get(0);
        };
        call.result(step.tidy());
    }

    /** A step on the value in place 0 of a frame. */
    private static Step.Single alongOne(Call call, int axis, Coordinates places, String mode, String rounding) {
        if (mode.equals("nearest")) {
            long[] nearest = new long[(int) places.size()];
            for (int i = 0; i < nearest.length; i++) {
                nearest[i] = Math.clamp(rounded(places.of(i), rounding), 0, places.old() - 1);
            }
            Arg index = call.constant(Known.vector(nearest));
            return frame -> frame.get(0).indexSelect(axis, frame.get(index));
        }
        call.require(
                mode.equals("linear") || mode.equals("cubic"),
                "its mode is " + Shown.quoted(mode) + ", which is not computed here");
        call.allow(places.size(), places.old());
        double a = call.attributes().floating("cubic_coeff_a", -0.75);
        double[] weights = new double[(int) (places.size() * places.old())];
        for (int i = 0; i < places.size(); i++) {
            int row = (int) (i * places.old());
            double at = places.of(i);
            long left = (long) Math.floor(at);
            double part = at - left;
            if (mode.equals("linear")) {
                add(weights, row, places.old(), left, 1 - part);
                add(weights, row, places.old(), left + 1, part);
            } else {
                for (int k = -1; k <= 2; k++) {
                    add(weights, row, places.old(), left + k, cubic(Math.abs(part - k), a));
                }
            }
        }
        Arg matrix =
                call.constant(new Known(DType.FLOAT32, new long[] {places.size(), places.old()}, weights, new long[0]));
        int last = call.rank(0) - 1;
        return frame -> {
            Tensor turned = frame.get(0).transpose(axis, last);
            return turned.matmul(frame.get(matrix).transpose(0, 1)).transpose(axis, last);
        };
    }

    /** Beyond the edge the edge goes on. */
    private static void add(double[] weights, int row, long old, long place, double weight) {
        weights[row + (int) Math.clamp(place, 0, old - 1)] += weight;
    }

    private static double cubic(double distance, double a) {
        double d = distance;
        if (d <= 1) {
            return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }

    private static long rounded(double place, String rounding) {
        return switch (rounding) {
            case "floor" -> (long) Math.floor(place);
            case "ceil" -> (long) Math.ceil(place);
            case "round_prefer_floor" -> (long) Math.ceil(place - 0.5);
            case "round_prefer_ceil" -> (long) Math.floor(place + 0.5);
            default -> throw new OnnxException("its nearest_mode is " + Shown.quoted(rounding));
        };
    }
}
