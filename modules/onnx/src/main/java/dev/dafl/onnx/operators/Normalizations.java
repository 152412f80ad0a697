package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Operators that take away a mean and divide by a deviation, or by a size. */
final class Normalizations {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("BatchNormalization", Normalizations::batch),
            entry("LayerNormalization", Normalizations::layer),
            entry("RMSNormalization", Normalizations::rms),
            entry("InstanceNormalization", Normalizations::instance),
            entry("GroupNormalization", Normalizations::group),
            entry("LRN", Normalizations::localResponse),
            entry("LpNormalization", Normalizations::lp),
            entry("MeanVarianceNormalization", Normalizations::meanVariance));

    private static final Initializer ONE = Initializer.constant(1);
    private static final Initializer ZERO = Initializer.constant(0);

    private Normalizations() {}

    private static void batch(Call call) {
        call.require(call.attributes().flag("spatial", true), "it has statistics for each place (spatial = 0)");
        long[] shape = call.shape(0);
        call.require(shape.length >= 2, "its input has the shape " + call.shapeText(0));
        for (int i = 1; i < 5; i++) {
            call.require(
                    call.has(i) && call.rank(i) == 1 && call.shape(i)[0] == shape[1],
                    "its input of shape " + call.shapeText(0) + " has " + shape[1] + " channels, and its parameter " + i
                            + (call.has(i) ? " has the shape " + call.shapeText(i) : " is missing"));
        }
        double eps = call.attributes().floating("epsilon", 1e-5);
        double momentum = 1 - call.attributes().floating("momentum", 0.9);
        call.require(
                eps >= 0 && momentum >= 0 && momentum < 1,
                "its epsilon is " + eps + " and its momentum " + (1 - momentum));
        Arg x = call.arg(0);
        Optional<BatchNorm2d> norm = call.isKnown(0) ? Optional.empty() : call.batchNorm(eps, momentum);
        if (norm.isPresent()) {
            BatchNorm2d layer = norm.get();
            boolean ofImages = shape.length == 4;
            call.result(frame -> layer.forward(
                    frame.get(x), ofImages ? frame.pass() : frame.pass().training() ? Pass.train() : Pass.evaluate()));
            return;
        }
        Optional<Arg> weight = Optional.of(call.arg(1));
        Optional<Arg> bias = Optional.of(call.arg(2));
        Optional<Arg> mean = Optional.of(call.arg(3));
        Optional<Arg> variance = Optional.of(call.arg(4));
        call.result(frame -> Functional.batchNorm(
                frame.get(x),
                frame.get(weight),
                frame.get(bias),
                frame.get(mean),
                frame.get(variance),
                false,
                momentum,
                eps));
    }

    private static void layer(Call call) {
        long[] normalized = normalized(call);
        double eps = call.attributes().floating("epsilon", 1e-5);
        Arg x = call.arg(0);
        if ((!call.has(1) || isOf(call, 1, normalized)) && (!call.has(2) || isOf(call, 2, normalized))) {
            Optional<Arg> weight = call.optionalWeight(1, Layout.AS_IS, ONE);
            Optional<Arg> bias = call.optionalWeight(2, Layout.AS_IS, ZERO);
            call.result(frame -> layerNorm(frame.get(x), normalized, frame.get(weight), frame.get(bias), eps));
            return;
        }
        call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
        Arg weight = call.weight(1, Layout.AS_IS, ONE);
        Optional<Arg> bias = call.optionalWeight(2, Layout.AS_IS, ZERO);
        Step.Single step = frame -> {
            Tensor scaled = layerNorm(frame.get(x), normalized, Optional.empty(), Optional.empty(), eps)
                    .mul(frame.get(weight));
            return bias.isPresent() ? scaled.add(frame.get(bias.get())) : scaled;
        };
        call.result(step.tidy());
    }

    /** The dimensions from the axis on. */
    private static long[] normalized(Call call) {
        long[] shape = call.shape(0);
        int axis = call.axis(call.attributes().integer("axis", -1), shape.length);
        return Arrays.copyOfRange(shape, axis, shape.length);
    }

    private static boolean isOf(Call call, int input, long... shape) {
        return Arrays.equals(call.shape(input), shape);
    }

    static Tensor layerNorm(Tensor x, long[] normalized, Optional<Tensor> weight, Optional<Tensor> bias, double eps) {
        return Operators.call("aten::layer_norm")
                .tensor(x)
                .integers(normalized)
                .tensor(weight)
                .tensor(bias)
                .floating(eps)
                .bool(true)
                .result();
    }

    private static void rms(Call call) {
        long[] normalized = normalized(call);
        double eps = call.attributes().floating("epsilon", 1e-5);
        call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
        Arg x = call.arg(0);
        Arg weight = call.weight(1, Layout.AS_IS, ONE);
        Step.Single step = frame -> Operators.call("aten::rms_norm")
                .tensor(frame.get(x))
                .integers(normalized)
                .none()
                .optionalFloating(eps)
                .result()
                .mul(frame.get(weight));
        call.result(step.tidy());
    }

    private static void instance(Call call) {
        call.require(call.rank(0) >= 3, "its input has the shape " + call.shapeText(0));
        ofChannels(call, call.shape(0)[1]);
        double eps = call.attributes().floating("epsilon", 1e-5);
        Arg x = call.arg(0);
        Arg weight = call.weight(1, Layout.AS_IS, ONE);
        Arg bias = call.weight(2, Layout.AS_IS, ZERO);
        call.result(frame -> Operators.call("aten::instance_norm")
                .tensor(frame.get(x))
                .tensor(Optional.of(frame.get(weight)))
                .tensor(Optional.of(frame.get(bias)))
                .none()
                .none()
                .bool(true)
                .floating(0.1)
                .floating(eps)
                .bool(true)
                .result());
    }

    private static void ofChannels(Call call, long count) {
        for (int i = 1; i < 3; i++) {
            call.require(
                    isOf(call, i, count),
                    "its input has the shape " + call.shapeText(0) + " and its parameter the shape "
                            + call.shapeText(i));
        }
    }

    /** Before opset 21 scale and bias are of the groups, then of the channels. */
    private static void group(Call call) {
        long groups = call.attributes().integer("num_groups", 0);
        long[] shape = call.shape(0);
        call.require(
                shape.length >= 3 && groups > 0 && shape[1] % groups == 0,
                "its input of shape " + call.shapeText(0) + " has no " + groups + " groups of channels");
        double eps = call.attributes().floating("epsilon", 1e-5);
        boolean ofGroups = call.opset() < 21 && isOf(call, 1, groups);
        ofChannels(call, ofGroups ? groups : shape[1]);
        Arg x = call.arg(0);
        Arg weight = call.weight(1, Layout.AS_IS, ONE);
        Arg bias = call.weight(2, Layout.AS_IS, ZERO);
        long each = ofGroups ? shape[1] / groups : 1;
        Step.Single step = frame -> Operators.call("aten::group_norm")
                .tensor(frame.get(x))
                .integer(groups)
                .tensor(Optional.of(repeated(frame.get(weight), each)))
                .tensor(Optional.of(repeated(frame.get(bias), each)))
                .floating(eps)
                .bool(true)
                .result();
        call.result(step.tidy());
    }

    private static Tensor repeated(Tensor ofGroups, long each) {
        return each == 1 ? ofGroups : ofGroups.view(-1, 1).expand(-1, each).reshape(-1);
    }

    /** x / (bias + alpha / size * the sum of squares over the channels around)^beta. */
    private static void localResponse(Call call) {
        long size = call.attributes().integer("size", 0);
        long[] shape = call.shape(0);
        call.require(
                shape.length == 4 && size >= 1 && size < 1 << 16,
                "it is over " + size + " channels of an input of shape " + call.shapeText(0));
        call.allow(Sizes.with(shape, 1, shape[1] + size));
        Arg x = call.arg(0);
        Arg alpha = call.number(call.attributes().floating("alpha", 1e-4));
        Arg bias = call.number(call.attributes().floating("bias", 1));
        Arg beta = call.number(call.attributes().floating("beta", 0.75));
        long before = (size - 1) / 2;
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            Tensor squares = Padding.zeros(input.square().unsqueeze(1), 0, 0, 0, 0, before, size - 1 - before);
            Tensor mean = Operators.call("aten::avg_pool3d")
                    .tensor(squares)
                    .integers(size, 1, 1)
                    .integers(1, 1, 1)
                    .integers(0, 0, 0)
                    .bool(false)
                    .bool(true)
                    .none()
                    .result()
                    .squeeze(1);
            return input.div(mean.mul(frame.get(alpha)).add(frame.get(bias)).pow(frame.get(beta)));
        };
        call.result(step.tidy());
    }

    private static void lp(Call call) {
        int axis = call.axis(call.attributes().integer("axis", -1), call.rank(0));
        long p = call.attributes().integer("p", 2);
        call.require(p == 1 || p == 2, "its norm is of the order " + p);
        Arg x = call.arg(0);
        Arg least = call.number(Float.MIN_NORMAL);
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            Tensor norm = p == 1
                    ? input.abs().sum(true, axis)
                    : Operators.call("aten::frobenius_norm.dim")
                            .tensor(input)
                            .integers(axis)
                            .bool(true)
                            .result();
            return input.div(norm.maximum(frame.get(least)));
        };
        call.result(step.tidy());
    }

    private static void meanVariance(Call call) {
        long[] axes = call.attributes().integers("axes").orElse(new long[] {0, 2, 3});
        long[] dims =
                Arrays.stream(axes).map(axis -> call.axis(axis, call.rank(0))).toArray();
        if (Arrays.stream(dims).anyMatch(dim -> dim == 0)) {
            throw new OnnxException("it takes the mean over a whole batch, so that images would depend on each other");
        }
        call.require(call.type(0) == DType.FLOAT32, "its input is not floating");
        Arg x = call.arg(0);
        Arg least = call.number(1e-9);
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            Tensor centred = input.sub(input.mean(true, dims));
            return centred.div(centred.square().mean(true, dims).sqrt().maximum(frame.get(least)));
        };
        call.result(step.tidy());
    }
}
