package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import java.util.Map;
import java.util.Optional;

/** Activation functions. */
final class Activations {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Relu", Pointwise.unary(Tensor::relu)),
            entry("Sigmoid", Pointwise.unary(Tensor::sigmoid)),
            entry("Tanh", Pointwise.unary(Tensor::tanh)),
            entry("Mish", Pointwise.unary("aten::mish")),
            entry("HardSwish", Pointwise.unary("aten::hardswish")),
            entry("Softplus", tidy(x -> x.neg().logSigmoid().neg())),
            entry("Softsign", Activations::softsign),
            entry("LeakyRelu", Activations::leakyRelu),
            entry("PRelu", Activations::prelu),
            entry("Elu", call -> elu(call, call.attributes().floating("alpha", 1), 1, 1)),
            entry("Celu", Activations::celu),
            entry("Selu", Activations::selu),
            entry("ThresholdedRelu", Activations::thresholdedRelu),
            entry("HardSigmoid", Activations::hardSigmoid),
            entry("Gelu", Activations::gelu),
            entry("Swish", Activations::swish),
            entry("Clip", Activations::clip),
            entry("Softmax", call -> softmax(call, false)),
            entry("LogSoftmax", call -> softmax(call, true)));

    /** What {@code torch.nn.PReLU} begins with. */
    private static final Initializer SLOPE = Initializer.constant(0.25);

    private static final double NEAR = 1e-5;
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_GAMMA = 1.0507009873554805;

    private Activations() {}

    private interface Function {

        Tensor apply(Tensor x);
    }

    private static Operator tidy(Function function) {
        return call -> {
            Arg x = call.arg(0);
            Step.Single step = frame -> function.apply(frame.get(x));
            call.result(step.tidy());
        };
    }

    private static void softsign(Call call) {
        Arg x = call.arg(0);
        Arg one = call.number(1);
        Step.Single step = frame -> frame.get(x).div(frame.get(x).abs().add(frame.get(one)));
        call.result(step.tidy());
    }

    private static void leakyRelu(Call call) {
        Arg x = call.arg(0);
        double slope = call.attributes().floating("alpha", 0.01);
        call.result(frame -> Functional.leakyRelu(frame.get(x), slope));
    }

    private static void prelu(Call call) {
        long[] shape = call.shape(0);
        long[] slopes = call.shape(1);
        call.allow(Sizes.broadcast(shape, slopes));
        Arg x = call.arg(0);
        long count = Sizes.count(slopes);
        boolean ofChannels = shape.length > 1 && count == shape[1] && Sizes.fromEnd(slopes, shape.length - 2) == count;
        if (count == 1 || ofChannels) {
            if (call.isKnown(1)) {
                Arg slope = call.weight(1, Layout.FLAT, SLOPE);
                call.result(frame -> {
                    Tensor input = frame.get(x);
                    return Functional.prelu(input, frame.get(slope).to(input.dtype()));
                });
                return;
            }
        }
        Arg slope = call.weight(1, Layout.AS_IS, SLOPE);
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            return input.relu().sub(frame.get(slope).mul(input.neg().relu()));
        };
        call.result(step.tidy());
    }

    /** gamma * (x where it is positive, alpha * (e^(x / scale) - 1) elsewhere). */
    private static void elu(Call call, double alpha, double scale, double gamma) {
        Arg x = call.arg(0);
        Arg zero = call.number(0);
        Arg factor = call.number(alpha);
        Arg inverse = call.number(1 / scale);
        Arg outer = call.number(gamma);
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            Tensor negative = clamped(input, Optional.empty(), Optional.of(frame.get(zero)));
            Tensor scaled = scale == 1 ? negative : negative.mul(frame.get(inverse));
            Tensor curve = Operators.call("aten::expm1").tensor(scaled).result();
            Tensor sum = input.relu().add(alpha == 1 ? curve : curve.mul(frame.get(factor)));
            return gamma == 1 ? sum : sum.mul(frame.get(outer));
        };
        call.result(step.tidy());
    }

    private static void celu(Call call) {
        double alpha = call.attributes().floating("alpha", 1);
        call.require(alpha != 0, "its alpha is 0");
        elu(call, alpha, alpha, 1);
    }

    private static void selu(Call call) {
        double alpha = call.attributes().floating("alpha", SELU_ALPHA);
        double gamma = call.attributes().floating("gamma", SELU_GAMMA);
        if (Math.abs(alpha - SELU_ALPHA) < NEAR && Math.abs(gamma - SELU_GAMMA) < NEAR) {
            Pointwise.unary("aten::selu").prepare(call);
        } else {
            elu(call, alpha, 1, gamma);
        }
    }

    private static void thresholdedRelu(Call call) {
        Arg x = call.arg(0);
        Arg alpha = call.number(call.attributes().floating("alpha", 1));
        Step.Single step = frame -> {
            Tensor input = frame.get(x);
            return input.mul(input.gt(frame.get(alpha)).to(input.dtype()));
        };
        call.result(step.tidy());
    }

    private static void hardSigmoid(Call call) {
        double alpha = call.attributes().floating("alpha", 0.2);
        double beta = call.attributes().floating("beta", 0.5);
        if (Math.abs(alpha - 1.0 / 6) < NEAR && Math.abs(beta - 0.5) < NEAR) {
            Pointwise.unary("aten::hardsigmoid").prepare(call);
            return;
        }
        Arg x = call.arg(0);
        Arg slope = call.number(alpha);
        Arg shift = call.number(beta);
        Arg zero = call.number(0);
        Arg one = call.number(1);
        Step.Single step = frame -> clamped(
                frame.get(x).mul(frame.get(slope)).add(frame.get(shift)),
                Optional.of(frame.get(zero)),
                Optional.of(frame.get(one)));
        call.result(step.tidy());
    }

    private static void gelu(Call call) {
        String approximate = call.attributes().text("approximate", "none");
        call.require(
                approximate.equals("none") || approximate.equals("tanh"),
                "its attribute approximate is neither none nor tanh");
        Pointwise.unary(x ->
                        Operators.call("aten::gelu").tensor(x).text(approximate).result())
                .prepare(call);
    }

    private static void swish(Call call) {
        double alpha = call.attributes().floating("alpha", 1);
        if (alpha == 1) {
            Pointwise.unary(Tensor::silu).prepare(call);
            return;
        }
        Arg x = call.arg(0);
        Arg factor = call.number(alpha);
        Step.Single step =
                frame -> frame.get(x).mul(frame.get(x).mul(frame.get(factor)).sigmoid());
        call.result(step.tidy());
    }

    /** Bounds are attributes before opset 11, then inputs. */
    private static void clip(Call call) {
        Optional<Double> low = bound(call, "min", 1);
        Optional<Double> high = bound(call, "max", 2);
        boolean numbers = (low.isPresent() || !call.has(1)) && (high.isPresent() || !call.has(2));
        if (numbers && call.type(0) == DType.FLOAT32 && low.isPresent() && low.get() == 0) {
            if (high.isEmpty() || high.get() > Float.MAX_VALUE / 2) {
                Pointwise.unary(Tensor::relu).prepare(call);
                return;
            }
            if (high.get() == 6) {
                Pointwise.unary("aten::relu6").prepare(call);
                return;
            }
        }
        Arg x = call.arg(0);
        boolean known = call.isKnown(0);
        Optional<Arg> least =
                call.has(1) ? Optional.of(known ? call.arg(1) : Pointwise.operand(call, 1, 0)) : low.map(call::number);
        Optional<Arg> most =
                call.has(2) ? Optional.of(known ? call.arg(2) : Pointwise.operand(call, 2, 0)) : high.map(call::number);
        if (least.isEmpty() && most.isEmpty()) {
            call.same(0);
            return;
        }
        call.result(frame -> clamped(frame.get(x), frame.get(least), frame.get(most)));
    }

    private static Optional<Double> bound(Call call, String attribute, int input) {
        if (call.has(input)) {
            return call.isKnown(input) ? Optional.of(call.known(input).single()) : Optional.empty();
        }
        return call.attributes().has(attribute)
                ? Optional.of(call.attributes().floating(attribute, 0))
                : Optional.empty();
    }

    static Tensor clamped(Tensor x, Optional<Tensor> low, Optional<Tensor> high) {
        return Operators.call("aten::clamp.Tensor")
                .tensor(x)
                .tensor(low)
                .tensor(high)
                .result();
    }

    /** Before opset 13 all dimensions from the axis on are one. */
    private static void softmax(Call call, boolean log) {
        Arg x = call.arg(0);
        long[] shape = call.shape(0);
        if (call.opset() >= 13) {
            int axis = call.axis(call.attributes().integer("axis", -1), shape.length);
            call.result(
                    frame -> log ? frame.get(x).logSoftmax(axis) : frame.get(x).softmax(axis));
            return;
        }
        int axis = Shapes.cut(call, 1);
        long inner = 1;
        for (int i = axis; i < shape.length; i++) {
            inner *= shape[i];
        }
        if (axis == shape.length - 1) {
            call.result(
                    frame -> log ? frame.get(x).logSoftmax(axis) : frame.get(x).softmax(axis));
            return;
        }
        long[] flat = {Sizes.count(shape) / Math.max(1, inner), inner};
        Step.Single step = frame -> {
            Tensor rows = frame.get(x).reshape(flat);
            return (log ? rows.logSoftmax(1) : rows.softmax(1)).reshape(shape);
        };
        call.result(step.tidy());
    }
}
