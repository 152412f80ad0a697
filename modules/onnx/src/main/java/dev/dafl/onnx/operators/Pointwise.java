package dev.dafl.onnx.operators;

import static java.util.Map.entry;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Operators;
import dev.dafl.tensor.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;

/** Operators that compute element by element, but for activations. */
final class Pointwise {

    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Abs", unary(Tensor::abs)),
            entry("Neg", unary(Tensor::neg)),
            entry("Exp", unary(Tensor::exp)),
            entry("Log", unary(Tensor::log)),
            entry("Sqrt", unary(Tensor::sqrt)),
            entry("Reciprocal", unary(Tensor::reciprocal)),
            entry("Floor", unary(Tensor::floor)),
            entry("Ceil", unary("aten::ceil")),
            entry("Round", unary(Tensor::round)),
            entry("Sign", unary(Tensor::sign)),
            entry("Sin", unary(Tensor::sin)),
            entry("Cos", unary(Tensor::cos)),
            entry("Tan", unary("aten::tan")),
            entry("Asin", unary("aten::asin")),
            entry("Acos", unary("aten::acos")),
            entry("Atan", unary("aten::atan")),
            entry("Sinh", unary("aten::sinh")),
            entry("Cosh", unary("aten::cosh")),
            entry("Asinh", unary("aten::asinh")),
            entry("Acosh", unary("aten::acosh")),
            entry("Atanh", unary("aten::atanh")),
            entry("Erf", unary("aten::erf")),
            entry("IsNaN", unary(Tensor::isnan)),
            entry("Not", unary(Tensor::logicalNot)),
            entry("Add", arithmetic(Tensor::add, Long::sum)),
            entry("Sub", arithmetic(Tensor::sub, (a, b) -> a - b)),
            entry("Mul", arithmetic(Tensor::mul, (a, b) -> a * b)),
            entry("Div", arithmetic(Tensor::div, (a, b) -> a / b)),
            entry("Mod", Pointwise::mod),
            entry("Pow", Pointwise::pow),
            entry("Max", folded(Tensor::maximum, Math::max)),
            entry("Min", folded(Tensor::minimum, Math::min)),
            entry("Sum", folded(Tensor::add, Long::sum)),
            entry("Mean", Pointwise::mean),
            entry("Equal", binary(Tensor::eq)),
            entry("Less", binary(Tensor::lt)),
            entry("Greater", binary(Tensor::gt)),
            entry("LessOrEqual", binary("aten::le.Tensor")),
            entry("GreaterOrEqual", binary("aten::ge.Tensor")),
            entry("And", binary(Tensor::logicalAnd)),
            entry("Or", binary("aten::logical_or")),
            entry("Xor", binary("aten::logical_xor")),
            entry("Where", Pointwise::where));

    private Pointwise() {}

    static Operator unary(UnaryOperator<Tensor> operator) {
        return call -> {
            Arg x = call.arg(0);
            call.result(frame -> operator.apply(frame.get(x)));
        };
    }

    /** @param name of libtorch's operator of one tensor */
    static Operator unary(String name) {
        return unary(x -> Operators.call(name).tensor(x).result());
    }

    /**
     * An input as an operand of an elementwise operator: a known number beside a tensor of the batch goes without dimensions,
     * so that it changes neither that one's shape nor, under autocast, its type.
     */
    static Arg operand(Call call, int input, int other) {
        return beside(call, input, other).isPresent()
                ? call.number(beside(call, input, other).get())
                : call.arg(input);
    }

    /** The number that an input is, beside a tensor of the batch. */
    private static Optional<Double> beside(Call call, int input, int other) {
        boolean number = call.isKnown(input)
                && !call.isKnown(other)
                && call.type(other) == DType.FLOAT32
                && call.type(input) != DType.BOOL
                && Sizes.count(call.shape(input)) == 1
                && call.rank(input) <= call.rank(other);
        return number ? Optional.of(call.known(input).single()) : Optional.empty();
    }

    private static Operator binary(String name) {
        return binary((a, b) -> Operators.call(name).tensor(a).tensor(b).result());
    }

    private static Operator binary(BinaryOperator<Tensor> operator) {
        return call -> {
            call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
            Arg a = operand(call, 0, 1);
            Arg b = operand(call, 1, 0);
            call.result(frame -> operator.apply(frame.get(a), frame.get(b)));
        };
    }

    private static Operator arithmetic(BinaryOperator<Tensor> operator, LongBinaryOperator integers) {
        return call -> {
            if (areIntegers(call)) {
                call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
                call.known(IntegerArithmetic.apply(integers, call.known(0), call.known(1)));
                return;
            }
            for (int i = 0; i < 2; i++) {
                call.require(
                        call.type(i) == DType.FLOAT32,
                        "it computes with " + (call.type(i) == DType.BOOL ? "truth values" : "whole numbers")
                                + " that depend on the images");
            }
            binary(operator).prepare(call);
        };
    }

    private static boolean areIntegers(Call call) {
        return call.isKnown(0) && call.isKnown(1) && call.type(0) == DType.INT64 && call.type(1) == DType.INT64;
    }

    /** An operator of any number of inputs that is one of two, again and again. */
    private static Operator folded(BinaryOperator<Tensor> operator, LongBinaryOperator integers) {
        return call -> {
            int count = call.node().inputs().size();
            switch (count) {
                case 0 -> throw new OnnxException("it has no inputs");
                case 1 -> call.same(0);
                case 2 -> arithmetic(operator, integers).prepare(call);
                default -> {
                    Arg[] args = several(call);
                    Step.Single step = frame -> fold(operator, frame, args);
                    call.result(step.tidy());
                }
            }
        };
    }

    private static void mean(Call call) {
        Arg[] args = several(call);
        Arg factor = call.number(1.0 / args.length);
        Step.Single step = frame -> fold(Tensor::add, frame, args).mul(frame.get(factor));
        call.result(step.tidy());
    }

    private static Tensor fold(BinaryOperator<Tensor> operator, Frame frame, Arg... args) {
        Tensor folded = frame.get(args[0]);
        for (int i = 1; i < args.length; i++) {
            folded = operator.apply(folded, frame.get(args[i]));
        }
        return folded;
    }

    private static Arg[] several(Call call) {
        Arg[] args = new Arg[call.node().inputs().size()];
        call.require(args.length > 0, "it has no inputs");
        long[] shape = call.shape(0);
        for (int i = 0; i < args.length; i++) {
            call.require(call.type(i) == DType.FLOAT32, "it computes with other numbers than floating ones");
            shape = Sizes.broadcast(shape, call.shape(i));
            args[i] = call.arg(i);
        }
        call.allow(shape);
        return args;
    }

    private static void mod(Call call) {
        if (areIntegers(call)) {
            boolean c = call.attributes().flag("fmod", false);
            call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
            call.known(IntegerArithmetic.apply(c ? (a, b) -> a % b : Math::floorMod, call.known(0), call.known(1)));
            return;
        }
        call.require(call.type(0) == DType.FLOAT32, "it computes with whole numbers that depend on the images");
        binary(call.attributes().flag("fmod", false) ? "aten::fmod.Tensor" : "aten::remainder.Tensor")
                .prepare(call);
    }

    private static void pow(Call call) {
        if (areIntegers(call)) {
            call.allow(Sizes.broadcast(call.shape(0), call.shape(1)));
            call.known(IntegerArithmetic.apply(IntegerArithmetic::power, call.known(0), call.known(1)));
            return;
        }
        call.require(call.type(0) == DType.FLOAT32, "it computes with whole numbers that depend on the images");
        Operator operator = switch (beside(call, 1, 0).map(String::valueOf).orElse("")) {
            case "2.0" -> unary(Tensor::square);
            case "0.5" -> unary(Tensor::sqrt);
            case "-0.5" -> unary(Tensor::rsqrt);
            case "-1.0" -> unary(Tensor::reciprocal);
            default -> binary(Tensor::pow);
        };
        operator.prepare(call);
    }

    private static void where(Call call) {
        call.require(call.type(0) == DType.BOOL, "its condition is no truth value");
        call.allow(Sizes.broadcast(call.shape(0), Sizes.broadcast(call.shape(1), call.shape(2))));
        Arg condition = call.arg(0);
        Arg yes = operand(call, 1, 2);
        Arg no = operand(call, 2, 1);
        call.result(frame -> frame.get(condition).where(frame.get(yes), frame.get(no)));
    }
}
