package dev.dafl.onnx.operators;

import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Convolutions over one to three dimensions of places. */
final class Convolutions {

    static final Map<String, Operator> ALL =
            Map.of("Conv", Convolutions::conv, "ConvTranspose", Convolutions::transposed);

    private Convolutions() {}

    private static void conv(Call call) {
        long[] x = call.shape(0);
        long[] w = call.shape(1);
        long groups = groups(call, x, w);
        call.require(
                x[1] == w[1] * groups && w[0] % groups == 0,
                "its input of shape " + call.shapeText(0) + " does not fit its weight of shape " + call.shapeText(1)
                        + (groups == 1 ? "" : " in " + groups + " groups"));
        Windows windows = windows(call, x, w);
        long[] output = windows.output(x, w[0], false);
        call.allow(output);
        boolean padded = !windows.symmetric();
        if (padded) {
            call.allow(windows.paddedShape(x));
        }
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(Math.max(1, Sizes.count(w) / Math.max(1, w[0]))));
        Arg input = call.arg(0);
        Arg weight = call.weight(1, Layout.AS_IS, uniform);
        Optional<Arg> bias = call.optionalWeight(2, Layout.FLAT, uniform);
        String operator = "aten::conv" + windows.dims() + "d";
        long[] around = windows.aten();
        long[] padding = padded ? new long[windows.dims()] : windows.before();
        long[] strides = windows.strides();
        long[] dilations = windows.dilations();
        if (call.isWeight(1)) {
            call.features(0, true);
        }
        call.multiplyAdds(Sizes.count(output) * (Sizes.count(w) / Math.max(1, w[0])));
        Step.Single step = frame -> Operators.call(operator)
                .tensor(padded ? Padding.zeros(frame.get(input), around) : frame.get(input))
                .tensor(frame.get(weight))
                .tensor(frame.get(bias))
                .integers(strides)
                .integers(padding)
                .integers(dilations)
                .integer(groups)
                .result();
        call.result(padded ? step.tidy() : step);
    }

    private static long groups(Call call, long[] x, long[] w) {
        call.require(
                x.length == w.length && x.length >= 3 && x.length <= 5,
                "its input has the shape " + call.shapeText(0) + " and its weight " + call.shapeText(1));
        long groups = call.attributes().integer("group", 1);
        call.require(
                groups >= 1 && Sizes.count(w) > 0, "it has " + groups + " groups of a weight " + call.shapeText(1));
        return groups;
    }

    private static Windows windows(Call call, long[] x, long[] w) {
        long[] kernel = Arrays.copyOfRange(w, 2, w.length);
        call.attributes()
                .integers("kernel_shape")
                .ifPresent(said -> call.require(
                        Arrays.equals(said, kernel),
                        "its kernel_shape is another than that of its weight " + call.shapeText(1)));
        return Windows.of(call, x, kernel);
    }

    private static void transposed(Call call) {
        long[] x = call.shape(0);
        long[] w = call.shape(1);
        long groups = groups(call, x, w);
        call.require(
                x[1] == w[0] && w[0] % groups == 0,
                "its input of shape " + call.shapeText(0) + " does not fit its weight of shape " + call.shapeText(1));
        call.require(
                !call.attributes().has("output_shape")
                        && !call.attributes().text("auto_pad", "NOTSET").startsWith("SAME"),
                "its padding follows from the shape of its output, which is not computed here; export it with pads");
        Windows windows = windows(call, x, w);
        int dims = windows.dims();
        long[] extra = call.attributes().integers("output_padding").orElse(new long[dims]);
        call.require(extra.length == dims, "its output_padding has " + extra.length + " numbers");
        long[] output = x.clone();
        long[] full = x.clone();
        output[1] = w[1] * groups;
        full[1] = output[1];
        for (int i = 0; i < dims; i++) {
            call.require(
                    extra[i] >= 0 && extra[i] < Math.max(windows.strides()[i], windows.dilations()[i]),
                    "its output_padding is not below its stride");
            full[i + 2] = (x[i + 2] - 1) * windows.strides()[i] + windows.span(i) + extra[i];
            output[i + 2] = full[i + 2] - windows.before()[i] - windows.after()[i];
            call.require(output[i + 2] > 0, "its padding leaves nothing of its output");
        }
        call.allow(full);
        Initializer uniform = Initializer.uniform(1 / Math.sqrt(Math.max(1, Sizes.count(w) / Math.max(1, w[0]))));
        Arg input = call.arg(0);
        Arg weight = call.weight(1, Layout.AS_IS, uniform);
        Optional<Arg> bias = call.optionalWeight(2, Layout.FLAT, uniform);
        boolean cut = !windows.symmetric();
        long[] padding = cut ? new long[dims] : windows.before();
        String operator = "aten::conv_transpose" + dims + "d" + (dims == 1 ? "" : ".input");
        call.multiplyAdds(Sizes.count(x) * (Sizes.count(w) / w[0]));
        Step.Single step = frame -> {
            Tensor result = Operators.call(operator)
                    .tensor(frame.get(input))
                    .tensor(frame.get(weight))
                    .tensor(frame.get(bias))
                    .integers(windows.strides())
                    .integers(padding)
                    .integers(extra)
                    .integer(groups)
                    .integers(windows.dilations())
                    .result();
            for (int i = 0; cut && i < dims; i++) {
                result = result.narrow(i + 2, windows.before()[i], output[i + 2]);
            }
            return result;
        };
        call.result(step.tidy());
    }
}
