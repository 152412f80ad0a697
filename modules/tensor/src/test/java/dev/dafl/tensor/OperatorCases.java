package dev.dafl.tensor;

import static java.util.Map.entry;

import dev.dafl.tensor.Functional.Reduction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Every operator as golden.py calls it. A name is that of the method; what follows a dot tells its variants apart. */
final class OperatorCases {

    static final Map<String, Function<List<Tensor>, Tensor>> ALL = Map.ofEntries(
            one("abs", Tensor::abs),
            one("neg", Tensor::neg),
            one("exp", Tensor::exp),
            one("log", Tensor::log),
            one("log10", Tensor::log10),
            one("sqrt", Tensor::sqrt),
            one("rsqrt", Tensor::rsqrt),
            one("square", Tensor::square),
            one("sin", Tensor::sin),
            one("cos", Tensor::cos),
            one("tanh", Tensor::tanh),
            one("sigmoid", Tensor::sigmoid),
            one("relu", Tensor::relu),
            one("silu", Tensor::silu),
            one("sign", Tensor::sign),
            one("floor", Tensor::floor),
            one("round", Tensor::round),
            one("reciprocal", Tensor::reciprocal),
            one("isnan", Tensor::isnan),
            one("isfinite", Tensor::isfinite),
            one("logicalNot", Tensor::logicalNot),
            one("logSigmoid", Tensor::logSigmoid),
            two("add", Tensor::add),
            two("add.broadcast", Tensor::add),
            two("add.channelsLast", (a, b) -> channelsLast(a).add(channelsLast(b))),
            one("add.scalar", x -> x.add(1.25)),
            two("sub", Tensor::sub),
            two("sub.broadcast", Tensor::sub),
            one("sub.scalar", x -> x.sub(1.25)),
            two("mul", Tensor::mul),
            one("mul.scalar", x -> x.mul(-2.5)),
            two("div", Tensor::div),
            one("div.scalar", x -> x.div(3.5)),
            two("pow", Tensor::pow),
            one("pow.scalar", x -> x.pow(2.5)),
            two("addScaled", (a, b) -> a.addScaled(b, 0.75)),
            two("maximum", Tensor::maximum),
            two("minimum", Tensor::minimum),
            two("eq", Tensor::eq),
            two("lt", Tensor::lt),
            two("gt", Tensor::gt),
            two("logicalAnd", Tensor::logicalAnd),
            two("matmul", Tensor::matmul),
            two("mm", Tensor::mm),
            two("bmm", Tensor::bmm),
            two("dot", Tensor::dot),
            one("clamp", x -> x.clamp(-0.52, 0.73)),
            entry("lerp", x -> x.get(0).lerp(x.get(1), x.get(2))),
            entry("where", x -> x.get(0).where(x.get(1), x.get(2))),
            one("sum", Tensor::sum),
            one("mean", Tensor::mean),
            one("max", Tensor::max),
            one("min", Tensor::min),
            one("all", Tensor::all),
            one("any", Tensor::any),
            one("sum.dims", x -> x.sum(false, 0, 2)),
            one("mean.dims", x -> x.mean(true, 0, 2)),
            one("variance", x -> x.variance(true, false, 0, 2)),
            one("variance.biased", x -> x.variance(false, true, 0)),
            one("std", x -> x.std(true, false, 1)),
            one("amax", x -> x.amax(false, 1)),
            one("amin", x -> x.amin(true, 0, 1)),
            one("logsumexp", x -> x.logsumexp(false, 1)),
            one("argmax", x -> x.argmax(1)),
            one("cumsum", x -> x.cumsum(1)),
            one("softmax", x -> x.softmax(1)),
            one("logSoftmax", x -> x.logSoftmax(1)),
            one("view", x -> x.view(2, -1)),
            one("reshape", x -> x.reshape(4, 3)),
            one("permute", x -> x.permute(2, 0, 1)),
            one("repeat", x -> x.repeat(2, 3)),
            one("flip", x -> x.flip(0, 1)),
            one("expand", x -> x.expand(3, -1)),
            one("flatten", x -> x.flatten(1)),
            one("transpose", x -> x.transpose(0, 1)),
            one("squeeze", x -> x.squeeze(1)),
            one("unsqueeze", x -> x.unsqueeze(1)),
            one("narrow", x -> x.narrow(1, 1, 2)),
            one("select", x -> x.select(1, -1)),
            two("indexSelect", (x, i) -> x.indexSelect(0, i)),
            two("gather", (x, i) -> x.gather(1, i)),
            one("to", x -> x.to(DType.FLOAT64)),
            one("contiguous", x -> x.transpose(0, 1).contiguous(MemoryFormat.CONTIGUOUS)),
            one("copy", Tensor::copy),
            entry("cat", x -> Functional.cat(x, 1)),
            entry("stack", x -> Functional.stack(x, 1)),
            entry("weightedSum", x -> Functional.weightedSum(x, 0.5, -2)),
            three("linear", (x, w, b) -> Functional.linear(x, w, Optional.of(b))),
            three("conv2d", (x, w, b) -> Functional.conv2d(x, w, Optional.of(b), 2, 1, 1, 1)),
            two("conv2d.grouped", (x, w) -> Functional.conv2d(x, w, Optional.empty(), 1, 0, 2, 2)),
            three("convTranspose2d", (x, w, b) -> Functional.convTranspose2d(x, w, Optional.of(b), 2, 1, 1, 1, 1)),
            three(
                    "batchNorm",
                    (x, w, b) -> Functional.batchNorm(
                            x, Optional.of(w), Optional.of(b), Optional.empty(), Optional.empty(), true, 0.1, 1e-5)),
            three(
                    "batchNorm.running",
                    (x, m, v) -> Functional.batchNorm(
                            x, Optional.empty(), Optional.empty(), Optional.of(m), Optional.of(v), false, 0.1, 1e-5)),
            one("maxPool2d", x -> Functional.maxPool2d(x, 2, 2, 0)),
            one("avgPool2d", x -> Functional.avgPool2d(x, 3, 2, 1)),
            one("adaptiveAvgPool2d", x -> Functional.adaptiveAvgPool2d(x, 2, 1)),
            one("upsampleNearest2d", x -> Functional.upsampleNearest2d(x, 2)),
            one("upsampleBilinear2d", x -> Functional.upsampleBilinear2d(x, 5, 4)),
            one("pad2d", x -> Functional.pad2d(x, 1, 0, 2, 1)),
            one("affineGrid", x -> Functional.affineGrid(x, 2, 3, 4, 5)),
            two("gridSample", Functional::gridSample),
            two("prelu", Functional::prelu),
            one("leakyRelu", x -> Functional.leakyRelu(x, 0.2)),
            one("gelu", Functional::gelu),
            two("crossEntropy", Functional::crossEntropy),
            two("crossEntropy.smoothed", (x, t) -> Functional.crossEntropy(x, t, Reduction.SUM, 0.1)),
            two("nllLoss", (x, t) -> Functional.nllLoss(x, t, Reduction.NONE)),
            two("klDiv", (x, t) -> Functional.klDiv(x, t, Reduction.SUM, false)),
            two("klDiv.logTarget", (x, t) -> Functional.klDiv(x, t, Reduction.MEAN, true)),
            two("mseLoss", (x, t) -> Functional.mseLoss(x, t, Reduction.MEAN)),
            two("l1Loss", (x, t) -> Functional.l1Loss(x, t, Reduction.SUM)),
            two("smoothL1Loss", (x, t) -> Functional.smoothL1Loss(x, t, Reduction.MEAN, 0.52)),
            one("oneHot", x -> Functional.oneHot(x, 4)),
            one("relu6", Tensor::relu6),
            one("hardswish", Tensor::hardswish),
            one("pad", x -> Functional.pad(x, 0, 1, 2, 0, 1, -1)),
            three(
                    "conv2d.rectangular",
                    (x, w, b) -> Functional.conv2d(
                            x, w, Optional.of(b), new Size2(2, 1), new Size2(0, 2), new Size2(1, 2), 2)),
            one(
                    "maxPool2d.rectangular",
                    x -> Functional.maxPool2d(
                            x, new Size2(3, 2), new Size2(2, 1), new Size2(1, 0), new Size2(1, 2), false)),
            one(
                    "maxPool2d.ceil",
                    x -> Functional.maxPool2d(
                            x, new Size2(2, 3), Size2.square(2), Size2.square(0), Size2.square(1), true)),
            one(
                    "avgPool2d.rectangular",
                    x -> Functional.avgPool2d(x, new Size2(3, 2), new Size2(2, 1), new Size2(1, 0), false, false)),
            one(
                    "avgPool2d.ceil",
                    x -> Functional.avgPool2d(x, new Size2(2, 3), Size2.square(2), new Size2(0, 1), true, true)),
            three("groupNorm", (x, w, b) -> Functional.groupNorm(x, 2, Optional.of(w), Optional.of(b), 1e-3)),
            three(
                    "layerNorm",
                    (x, w, b) -> Functional.layerNorm(x, new long[] {2, 3}, Optional.of(w), Optional.of(b), 1e-3)),
            three(
                    "batchNormLeakyRelu",
                    (x, w, b) -> Functional.batchNormLeakyRelu(
                            x,
                            Optional.of(w),
                            Optional.of(b),
                            Optional.empty(),
                            Optional.empty(),
                            true,
                            0.1,
                            0.8,
                            0.2)),
            one("relu_", x -> x.add(1).relu_()),
            two("mul_", (x, y) -> x.add(1).mul_(y)),
            two("embedding", Functional::embedding),
            three(
                    "scaledDotProductAttention",
                    (q, k, v) -> Functional.scaledDotProductAttention(q, k, v, Optional.empty(), false)),
            three(
                    "scaledDotProductAttention.causal",
                    (q, k, v) -> Functional.scaledDotProductAttention(q, k, v, Optional.empty(), true)),
            entry(
                    "scaledDotProductAttention.masked",
                    x -> Functional.scaledDotProductAttention(
                            x.get(0), x.get(1), x.get(2), Optional.of(x.get(3)), false)));

    private OperatorCases() {}

    private interface Two {
        Tensor apply(Tensor a, Tensor b);
    }

    private interface Three {
        Tensor apply(Tensor a, Tensor b, Tensor c);
    }

    private static Map.Entry<String, Function<List<Tensor>, Tensor>> one(String name, Function<Tensor, Tensor> f) {
        return entry(name, x -> f.apply(x.get(0)));
    }

    private static Map.Entry<String, Function<List<Tensor>, Tensor>> two(String name, Two f) {
        return entry(name, x -> f.apply(x.get(0), x.get(1)));
    }

    private static Map.Entry<String, Function<List<Tensor>, Tensor>> three(String name, Three f) {
        return entry(name, x -> f.apply(x.get(0), x.get(1), x.get(2)));
    }

    private static Tensor channelsLast(Tensor x) {
        return x.contiguous(MemoryFormat.CHANNELS_LAST);
    }
}
