package dev.dafl.onnx.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import dev.dafl.onnx.export.Runtime.Result;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.MultiheadAttention;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.trace.Step;
import dev.dafl.tensor.trace.Trace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator that has a translation, in ONNX Runtime and in libtorch, with batches of several sizes. */
class TranslationsTest {

    private static final long[] EXAMPLE = {4, 6, 5};
    private static final Map<String, BiFunction<Tensor, Parameter, Tensor>> CASES = new LinkedHashMap<>();

    /** Makes a parameter when the network is built, and gives it when the network runs. */
    private interface Parameter {
        Tensor of(String name, long... shape);
    }

    static {
        one("abs", Tensor::abs);
        one("neg", Tensor::neg);
        one("exp", Tensor::exp);
        one("log", x -> x.abs().add(0.5).log());
        one("log10", x -> x.abs().add(0.5).log10());
        one("sqrt", x -> x.abs().sqrt());
        one("rsqrt", x -> x.abs().add(0.5).rsqrt());
        one("square", Tensor::square);
        one("sin", Tensor::sin);
        one("cos", Tensor::cos);
        one("sign", Tensor::sign);
        one("floor", x -> x.mul(3).floor());
        one("floor of integers", x -> x.mul(3).to(DType.INT64).floor());
        one("round", x -> x.mul(3).round());
        one("reciprocal", x -> x.abs().add(0.5).reciprocal());
        one("add", x -> x.add(x.narrow(1, 0, 1)));
        one("add a number", x -> x.add(1.25));
        one("add scaled", x -> x.sin().addScaled(x, 0.75));
        one("sub", x -> x.sub(x.cos()));
        one("sub from a constant", x -> constant(2, 5).sub(x));
        one("subtract scaled", x -> x.sin().addScaled(x, -0.75));
        one("mul", x -> x.mul(x.cos()));
        one("mul by a number", x -> x.mul(-2.5));
        one("mul of integers and floats", x -> x.mul(x.mul(3).to(DType.INT64)));
        one("div", x -> x.div(x.abs().add(1)));
        one("div by a number", x -> x.div(3.5));
        one("div of integers", x -> x.mul(9).to(DType.INT64).div(Tensor.of(new long[] {7}, 1)));
        one("pow", x -> x.abs().add(0.5).pow(x));
        one("pow of a number", x -> x.abs().pow(2.5));
        one("maximum", x -> x.maximum(x.cos()));
        one("minimum", x -> x.minimum(x.cos()));
        one("clamp", x -> x.clamp(-0.52, 0.73));
        one("lerp", x -> x.lerp(x.cos(), x.sin()));
        one("eq", x -> x.mul(2).floor().eq(x.mul(2).round()));
        one("eq to a number", x -> x.mul(2).to(DType.INT64).eq(Tensor.scalar(1, DType.FLOAT64)));
        one("lt", x -> x.lt(x.cos()));
        one("gt", x -> x.gt(Tensor.scalar(0, DType.FLOAT64)));
        one("isnan", x -> x.log().isnan());
        one("isfinite", x -> x.relu().reciprocal().isfinite());
        one("logicalNot", x -> x.gt(x.cos()).logicalNot());
        one("logicalNot of numbers", x -> x.relu().logicalNot());
        one("logicalAnd", x -> x.relu().logicalAnd(x.gt(x.cos())));
        one("where", x -> x.gt(x.cos()).where(x, x.neg()));
        one("where, a constant", x -> x.gt(x.cos()).where(x, Tensor.scalar(-1, DType.FLOAT32)));
        one("relu", Tensor::relu);
        one("relu_", x -> x.add(0.1).relu_());
        one("relu6", x -> x.mul(5).relu6());
        one("sigmoid", Tensor::sigmoid);
        one("tanh", Tensor::tanh);
        one("silu", Tensor::silu);
        one("logSigmoid", x -> x.mul(20).logSigmoid());
        one("gelu", Functional::gelu);
        one("leakyRelu", x -> Functional.leakyRelu(x, 0.2));
        one("hardswish", x -> x.mul(4).hardswish());
        one("hardswish by hand", x -> x.mul(x.add(3).clamp(0, 6)).div(6));
        two("prelu", (x, p) -> Functional.prelu(x, p.of("slope", 1)));
        two("prelu of channels", (x, p) -> Functional.prelu(x, p.of("slope", 4)));
        two("prelu of features", (x, p) -> Functional.prelu(x.flatten(1), p.of("slope", 120)));
        one("matmul", x -> x.matmul(x.transpose(2, 3)));
        two("matmul with a parameter", (x, p) -> x.matmul(p.of("weight", 5, 3)));
        two("mm", (x, p) -> x.flatten(1).mm(p.of("weight", 120, 3)));
        one("bmm", x -> x.flatten(2).bmm(x.flatten(2).transpose(1, 2)));
        two("dot", (x, p) -> x.sum(false, 0, 2, 3).dot(p.of("weight", 4)));
        two("linear", (x, p) -> Functional.linear(x.flatten(1), p.of("w", 7, 120), Optional.of(p.of("b", 7))));
        two("linear without bias", (x, p) -> Functional.linear(x.flatten(1), p.of("w", 7, 120), Optional.empty()));
        two("linear of rows", (x, p) -> Functional.linear(x, p.of("w", 7, 5), Optional.of(p.of("b", 7))));
        two("linear of rows without bias", (x, p) -> Functional.linear(x, p.of("w", 7, 5), Optional.empty()));
        two("conv2d", (x, p) -> Functional.conv2d(x, p.of("w", 8, 4, 3, 3), Optional.of(p.of("b", 8)), 2, 1, 1, 1));
        two(
                "conv2d, grouped and dilated",
                (x, p) -> Functional.conv2d(x, p.of("w", 8, 2, 3, 2), Optional.empty(), 1, 2, 2, 2));
        two(
                "convTranspose2d",
                (x, p) ->
                        Functional.convTranspose2d(x, p.of("w", 4, 3, 3, 3), Optional.of(p.of("b", 3)), 2, 1, 1, 1, 1));
        two(
                "convTranspose2d, grouped and dilated",
                (x, p) -> Functional.convTranspose2d(x, p.of("w", 4, 3, 2, 2), Optional.empty(), 1, 0, 0, 2, 2));
        two("batchNorm", (x, p) -> norm(x, p, true));
        two("batchNorm of features", (x, p) -> norm(x.mean(false, 2, 3), p, true));
        two("batchNorm without scale", (x, p) -> norm(x, p, false));
        two(
                "batchNormLeakyRelu",
                (x, p) -> Functional.batchNormLeakyRelu(
                        x,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(p.of("mean", 4)),
                        Optional.of(p.of("var", 4).abs().add(1)),
                        false,
                        0.1,
                        0.8,
                        0.2));
        two(
                "groupNorm",
                (x, p) -> Functional.groupNorm(x, 2, Optional.of(p.of("w", 4)), Optional.of(p.of("b", 4)), 1e-3));
        two(
                "groupNorm of features",
                (x, p) -> Functional.groupNorm(
                        x.flatten(1), 4, Optional.of(p.of("w", 120)), Optional.of(p.of("b", 120)), 1e-5));
        one("groupNorm without scale", x -> Functional.groupNorm(x, 4, Optional.empty(), Optional.empty(), 1e-5));
        two(
                "layerNorm",
                (x, p) -> Functional.layerNorm(
                        x, new long[] {6, 5}, Optional.of(p.of("w", 6, 5)), Optional.of(p.of("b", 6, 5)), 1e-3));
        one(
                "layerNorm without scale",
                x -> Functional.layerNorm(x, new long[] {5}, Optional.empty(), Optional.empty(), 1e-5));
        two("scaledDotProductAttention", (x, p) -> attention(x, p, Optional.empty(), false));
        two("scaledDotProductAttention, causal", (x, p) -> attention(x, p, Optional.empty(), true));
        two("scaledDotProductAttention with a mask", (x, p) -> attention(x, p, Optional.of(p.of("m", 6, 7)), false));
        two(
                "scaledDotProductAttention with a mask of truths",
                (x, p) -> attention(x, p, Optional.of(p.of("m", 6, 7).gt(Tensor.scalar(-0.5, DType.FLOAT32))), false));
        two("MultiheadAttention", (x, p) -> attended(x.flatten(2), p, true));
        two(
                "MultiheadAttention with the length first",
                (x, p) -> attended(x.flatten(2).transpose(0, 1), p, false));
        one("maxPool2d", x -> Functional.maxPool2d(x, 3, 2, 1));
        one("avgPool2d", x -> Functional.avgPool2d(x, 3, 2, 1));
        one("adaptiveAvgPool2d to one", x -> Functional.adaptiveAvgPool2d(x, 1, 1));
        one("adaptiveAvgPool2d by whole windows", x -> Functional.adaptiveAvgPool2d(x, 3, 1));
        one("adaptiveAvgPool2d by uneven windows", x -> Functional.adaptiveAvgPool2d(x, 4, 3));
        one("adaptiveAvgPool2d to more", x -> Functional.adaptiveAvgPool2d(x, 9, 5));
        one("adaptiveAvgPool2d to the same", x -> Functional.adaptiveAvgPool2d(x, 6, 5));
        one("upsampleNearest2d", x -> Functional.upsampleNearest2d(x, 2));
        one("upsampleNearest2d by a fraction", x -> Functional.upsampleNearest2d(x, 1.5));
        one("upsampleBilinear2d", x -> Functional.upsampleBilinear2d(x, 11, 3));
        one("upsampleBilinear2d to one", x -> Functional.upsampleBilinear2d(x, 1, 1));
        one("pad2d", x -> Functional.pad2d(x, 1, 0, 2, 3));
        one("pad2d that takes away", x -> Functional.pad2d(x, -1, 1, 0, -2));
        one(
                "gridSample",
                x -> Functional.gridSample(
                        x, x.narrow(1, 0, 2).permute(0, 2, 3, 1).mul(0.7)));
        one("sum", x -> x.sum().view(1));
        one("sum of truths", x -> x.gt(x.cos()).sum(false, 1, 2, 3));
        one("mean", Tensor::mean);
        one("max", Tensor::max);
        one("min", Tensor::min);
        one("all", x -> x.abs().gt(x).all());
        one("any", x -> x.gt(x.exp()).any());
        one("sum.dims", x -> x.sum(false, 1, -1));
        one("mean.dims", x -> x.mean(true, 2, 3));
        one("mean over the batch", x -> x.mean(true, 0));
        one("variance", x -> x.variance(true, false, 2, 3));
        one("variance.biased", x -> x.variance(false, true, 0));
        one("std", x -> x.std(true, false, 1));
        one("amax", x -> x.amax(false, 2, 3));
        one("amin", x -> x.amin(true, 1));
        one("logsumexp", x -> x.mul(50).logsumexp(false, 1));
        one("argmax", x -> x.flatten(1).argmax(1));
        one("argmax of a dimension", x -> x.argmax(-2));
        one("cumsum", x -> x.cumsum(2));
        one("softmax", x -> x.softmax(1));
        one("softmax of the last", x -> x.softmax(-1));
        one("logSoftmax", x -> x.flatten(1).logSoftmax(1));
        one("view", x -> x.view(-1, 10));
        one("view in parts of each", x -> x.view(x.size(0), 2, 2, 30));
        one("view of two sizes that grow", x -> x.view(x.size(0) * 2, 60).matmul(x.view(60, x.size(0) * 2)));
        one("reshape", x -> x.permute(0, 2, 3, 1).reshape(-1, 4));
        one("flatten", x -> x.flatten(1));
        one("flatten all", x -> x.flatten(0));
        one("flatten the end", x -> x.flatten(2));
        one("permute", x -> x.permute(0, -1, 1, 2));
        one("transpose", x -> x.transpose(-1, 1));
        one("squeeze", x -> x.mean(true, 1).squeeze(1));
        one("squeeze nothing", x -> x.squeeze(1));
        one("unsqueeze", x -> x.unsqueeze(-1));
        one("expand", x -> x.mean(true, 1).expand(-1, 3, -1, -1));
        one("expand a constant", x -> x.add(constant(1, 1, 5).expand(x.shape())));
        one("expand by the batch", x -> x.mean(true, 0).expand(x.shape()));
        one("repeat", x -> x.repeat(1, 2, 1, 3));
        one("repeat along a new dimension", x -> x.repeat(2, 1, 1, 1, 1));
        one("repeat by the batch", x -> x.mean(true, 0).repeat(x.size(0), 1, 1, 1));
        one("cat", x -> Functional.cat(List.of(x, x.neg(), x.cos()), 1));
        one("cat with integers", x -> Functional.cat(List.of(x, x.mul(3).to(DType.INT64)), -1));
        one(
                "cat with a constant for each image",
                x -> Functional.cat(List.of(x.flatten(1), Tensor.ones(DType.FLOAT32, Device.CPU, x.size(0), 2)), 1));
        one("stack", x -> Functional.stack(List.of(x, x.cos()), 2));
        one("oneHot", x -> Functional.oneHot(x.flatten(1).argmax(1), 120));
        one("narrow", x -> x.narrow(2, 1, 3));
        one("narrow from the end", x -> x.narrow(1, -2, 2));
        one("narrow to all", x -> x.narrow(0, 0, x.size(0)));
        one("narrow by the batch", x -> x.view(-1, 10).narrow(0, x.size(0), 2 * x.size(0)));
        one("select", x -> x.select(1, -1));
        one("indexSelect", x -> x.indexSelect(2, Tensor.of(new long[] {3, 0, 3}, 3)));
        two(
                "embedding",
                (x, p) -> Functional.embedding(x.mul(9).abs().to(DType.INT64).clamp(0, 4), p.of("rows", 5, 3)));
        one("gather", x -> x.gather(3, x.mul(9).abs().to(DType.INT64).clamp(0, 4)));
        one("flip", x -> x.flip(1, -1));
        one("to", x -> x.to(DType.FLOAT64));
        one("to integers", x -> x.mul(9).to(DType.INT64));
        one("to truths", x -> x.relu().to(DType.BOOL));
        one("to another device", x -> x.to(Device.CPU).neg());
        one(
                "copies and formats",
                x -> x.contiguous(MemoryFormat.CHANNELS_LAST).copy().detach());
        one("the input itself", x -> x);
    }

    private static void one(String name, UnaryOperator<Tensor> operator) {
        two(name, (x, _) -> operator.apply(x));
    }

    private static void two(String name, BiFunction<Tensor, Parameter, Tensor> operator) {
        CASES.put(name, operator);
    }

    private static Tensor constant(float value, long... shape) {
        return Tensor.full(value, DType.FLOAT32, Device.CPU, shape);
    }

    private static Tensor norm(Tensor x, Parameter p, boolean affine) {
        return Functional.batchNorm(
                x,
                affine ? Optional.of(p.of("weight", 4)) : Optional.empty(),
                affine ? Optional.of(p.of("bias", 4)) : Optional.empty(),
                Optional.of(p.of("mean", 4)),
                Optional.of(p.of("var", 4).abs().add(0.5)),
                false,
                0.1,
                1e-5);
    }

    /** Over keys and values of another length. */
    private static Tensor attention(Tensor x, Parameter p, Optional<Tensor> mask, boolean causal) {
        Tensor other = Functional.linear(x.transpose(2, 3), p.of("w", 7, 6), Optional.empty())
                .transpose(2, 3);
        return Functional.scaledDotProductAttention(x, other, other.cos(), mask, causal);
    }

    private static Tensor attended(Tensor x, Parameter p, boolean batchFirst) {
        MultiheadAttention.Options options = MultiheadAttention.Options.DEFAULTS;
        return new MultiheadAttention(
                        3,
                        p.of("in", 90, 30),
                        Optional.of(p.of("bias", 90)),
                        new Linear(p.of("out", 30, 30), Optional.empty()),
                        batchFirst ? options.withBatchFirst() : options)
                .forward(x, Pass.evaluate());
    }

    static Set<String> cases() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesWhatLibtorchDoes(String name) throws OrtException {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = network(CASES.get(name))) {
            OnnxModel model = OnnxExport.of(name, network, EXAMPLE, o -> o);
            OnnxModel three = OnnxExport.of(name, network, EXAMPLE, o -> o.batch(3));
            try (Runtime runtime = new Runtime(model);
                    Runtime fixed = new Runtime(three)) {
                for (int batch : new int[] {1, 3, 8}) {
                    Tensor images = images(batch);
                    Tensor expected = network.forward(images, Pass.evaluate());
                    assertClose(expected, runtime.run(images.toFloats(), images.shape()), name);
                    if (batch == 3) {
                        assertClose(expected, fixed.run(images.toFloats(), images.shape()), name);
                    }
                }
            }
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    @Test
    void everyTranslationHasACase() {
        Set<String> seen = new TreeSet<>();
        for (BiFunction<Tensor, Parameter, Tensor> operator : CASES.values()) {
            try (TensorScope _ = TensorScope.open();
                    Network network = network(operator);
                    Trace trace = Trace.of(network, EXAMPLE)) {
                trace.steps().stream().map(Step::operator).forEach(seen::add);
            }
        }
        assertEquals(new TreeSet<>(Translations.names()), seen);
    }

    /** Its parameters are those that its operator asks for. */
    private static Network network(BiFunction<Tensor, Parameter, Tensor> operator) {
        return Network.build(new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(7)), path -> {
            Map<String, Tensor> made = new LinkedHashMap<>();
            try (TensorScope _ = TensorScope.open();
                    GradMode _ = GradMode.disabled()) {
                Tensor _ = operator.apply(
                        images(2),
                        (name, shape) -> made.computeIfAbsent(
                                name, _ -> path.parameter(name, Initializer.normal(0, 0.5), shape)));
            }
            return (x, _) -> operator.apply(x, (name, _) -> made.get(name));
        });
    }

    private static Tensor images(int batch) {
        long[] shape = {batch, EXAMPLE[0], EXAMPLE[1], EXAMPLE[2]};
        return Initializer.normal(0, 1).values(shape, new RandomStream(3).at("images", batch));
    }

    private static void assertClose(Tensor expected, Result actual, String name) {
        assertArrayEquals(expected.shape(), actual.shape(), name);
        double[] elements = expected.toDoubles();
        double largest = Arrays.stream(elements).map(Math::abs).max().orElse(1);
        assertArrayEquals(elements, actual.elements(), 1e-5 * Math.max(1, largest), name);
    }
}
