package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The largest or the mean of each window, or of all places. */
final class Poolings {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("MaxPool", Poolings::max),
            entry("AveragePool", Poolings::average),
            entry("GlobalAveragePool", Poolings::globalAverage),
            entry("GlobalMaxPool", Poolings::globalMax));

    private Poolings() {}

    private static Windows windows(Call call) {
        return Windows.of(
                call,
                call.shape(0),
                call.attributes()
                        .integers("kernel_shape")
                        .orElseThrow(() -> new OnnxException("it has no kernel_shape")));
    }

    private static void max(Call call) {
        call.require(
                call.node().outputs().stream().filter(name -> !name.isEmpty()).count() == 1,
                "it gives the places of the largest too, which is not computed here");
        Windows windows = windows(call);
        boolean ceil = call.attributes().flag("ceil_mode", false);
        long[] shape = call.shape(0);
        call.allow(windows.output(shape, shape[1], ceil));
        boolean padded = !atens(windows);
        if (padded) {
            call.allow(windows.paddedShape(shape));
        }
        Arg x = call.arg(0);
        String operator = "aten::max_pool" + windows.dims() + "d";
        long[] around = windows.aten();
        long[] padding = padded ? new long[windows.dims()] : windows.before();
        Step.Single step = frame -> Operators.call(operator)
                .tensor(padded ? Padding.filled(frame.get(x), Double.NEGATIVE_INFINITY, around) : frame.get(x))
                .integers(windows.kernel())
                .integers(windows.strides())
                .integers(padding)
                .integers(windows.dilations())
                .bool(ceil)
                .result();
        call.result(padded ? step.tidy() : step);
    }

    /** Whether libtorch's poolings take the padding: the same on both sides and at most half a kernel. */
    private static boolean atens(Windows windows) {
        for (int i = 0; i < windows.dims(); i++) {
            if (windows.before()[i] > windows.kernel()[i] / 2) {
                return false;
            }
        }
        return windows.symmetric();
    }

    private static void average(Call call) {
        Windows windows = windows(call);
        boolean ceil = call.attributes().flag("ceil_mode", false);
        boolean countPadding = call.attributes().flag("count_include_pad", false);
        long[] shape = call.shape(0);
        call.allow(windows.output(shape, shape[1], ceil));
        if (windows.dilated() || !atens(windows)) {
            counted(call, windows, ceil, countPadding);
            return;
        }
        Arg x = call.arg(0);
        String operator = "aten::avg_pool" + windows.dims() + "d";
        boolean ofOneDim = windows.dims() == 1;
        call.result(frame -> {
            Operators.Call pool = Operators.call(operator)
                    .tensor(frame.get(x))
                    .integers(windows.kernel())
                    .integers(windows.strides())
                    .integers(windows.before())
                    .bool(ceil)
                    .bool(countPadding);
            return (ofOneDim ? pool : pool.none()).result();
        });
    }

    /** A window's sum, by a convolution with ones, divided by how many places it has. */
    private static void counted(Call call, Windows windows, boolean ceil, boolean countPadding) {
        call.require(!ceil, "its ceil_mode with such padding or dilation is not computed here");
        call.require(!call.isKnown(0), "it pools what does not depend on the images");
        long[] shape = call.shape(0);
        call.allow(windows.paddedShape(shape));
        long[] ofPlaces = Arrays.copyOfRange(shape, 2, shape.length);
        long[] kernel = Sizes.joined(new long[] {1, 1}, windows.kernel());
        call.allow(kernel);
        Known ones = ones(kernel);
        Arg sum = call.constant(ones);
        Arg share;
        try (TensorScope _ = TensorScope.open()) {
            Tensor places = ones(Sizes.joined(new long[] {1, 1}, ofPlaces)).tensor();
            Tensor padded = Padding.filled(places, countPadding ? 1 : 0, windows.aten());
            share = call.constant(
                    Known.of(convolved(padded, ones.tensor(), windows).reciprocal()));
        }
        Arg x = call.arg(0);
        long channels = shape[1];
        long[] around = windows.aten();
        long[] single = Sizes.joined(new long[] {shape[0] * channels, 1}, ofPlaces);
        long[] output = windows.output(shape, channels, false);
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            Tensor padded = Padding.zeros(input.reshape(single), around);
            return convolved(padded, frame.get(sum), windows)
                    .mul(frame.get(share))
                    .to(input.dtype())
                    .reshape(output);
        };
        call.result(step.tidy());
    }

    private static Tensor convolved(Tensor padded, Tensor kernel, Windows windows) {
        return Operators.call("aten::conv" + windows.dims() + "d")
                .tensor(padded)
                .tensor(kernel)
                .tensor(Optional.empty())
                .integers(windows.strides())
                .integers(new long[windows.dims()])
                .integers(windows.dilations())
                .integer(1)
                .result();
    }

    private static Known ones(long... shape) {
        double[] values = new double[(int) Sizes.count(shape)];
        Arrays.fill(values, 1);
        return new Known(DType.FLOAT32, shape, values, new long[0]);
    }

    private static long[] places(Call call) {
        int rank = call.rank(0);
        call.require(rank >= 3, "its input has the shape " + call.shapeText(0) + " and no places");
        return Sizes.range(2, rank);
    }

    private static void globalAverage(Call call) {
        long[] dims = places(call);
        Arg x = call.arg(0);
        call.result(
                dims.length == 2
                        ? frame -> Functional.adaptiveAvgPool2d(frame.get(x), 1, 1)
                        : frame -> frame.get(x).mean(true, dims));
    }

    /** As a pooling, whose gradient goes to one of several that are the largest. */
    private static void globalMax(Call call) {
        long[] dims = places(call);
        call.require(dims.length <= 3, "its input has the shape " + call.shapeText(0));
        long[] shape = call.shape(0);
        long[] kernel = Arrays.copyOfRange(shape, 2, shape.length);
        Arg x = call.arg(0);
        call.result(frame -> Operators.call("aten::max_pool" + dims.length + "d")
                .tensor(frame.get(x))
                .integers(kernel)
                .integers(kernel)
                .integers(new long[dims.length])
                .integers(Arrays.stream(dims).map(_ -> 1).toArray())
                .bool(false)
                .result());
    }
}
