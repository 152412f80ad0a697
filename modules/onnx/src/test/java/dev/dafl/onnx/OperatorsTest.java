package dev.dafl.onnx;

import static dev.dafl.onnx.TestGraph.f;
import static dev.dafl.onnx.TestGraph.floats;
import static dev.dafl.onnx.TestGraph.i;
import static dev.dafl.onnx.TestGraph.ints;
import static dev.dafl.onnx.TestGraph.s;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.onnx.operators.OperatorTable;
import dev.dafl.onnx.proto.AttributeProto;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator, in its variants, in a graph of its own: values as ONNX Runtime computes them, gradients as differences give them. */
class OperatorsTest {

    private static final int HEIGHT = 6;
    private static final int WIDTH = 5;

    @TempDir
    private Path folder;

    /**
     * A graph from {@code x}, float32 {@code [n, 4, 6, 5]}, to {@code y}, whose shape begins with n.
     *
     * @param name the operator and what is special
     */
    private record Case(String name, int opset, Consumer<TestGraph> nodes, boolean positive, boolean smooth) {

        @Override
        public String toString() {
            return name + ", opset " + opset;
        }

        String operator() {
            return name.replaceAll(" .*", "");
        }
    }

    private static Case of(String name, int opset, Consumer<TestGraph> nodes) {
        return new Case(name, opset, nodes, false, true);
    }

    private static Case one(String name, int opset, AttributeProto... attributes) {
        return of(name, opset, g -> g.node(name.replaceAll(" .*", ""), "x -> y", attributes));
    }

    private static Case positive(String name) {
        return new Case(name, 18, g -> g.node(name, "x -> y"), true, true);
    }

    private static Case rough(Case smooth) {
        return new Case(smooth.name(), smooth.opset(), smooth.nodes(), smooth.positive(), false);
    }

    private static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        pointwise(all);
        activations(all);
        products(all);
        windows(all);
        normalizations(all);
        reductions(all);
        shapes(all);
        parts(all);
        constants(all);
        resizing(all);
        return all.stream();
    }

    private static void pointwise(List<Case> all) {
        for (String name : List.of("Abs", "Neg", "Exp", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Asinh", "Atan", "Erf")) {
            all.add(one(name, 18));
        }
        all.add(positive("Sqrt"));
        all.add(positive("Log"));
        all.add(positive("Reciprocal"));
        for (String name : List.of("Asin", "Acos", "Atanh")) {
            all.add(of(
                    name,
                    18,
                    g -> g.weight("c", new float[] {0.1f})
                            .node("Mul", "x, c -> a")
                            .node("Clip", "a, l, h -> b")
                            .weight("l", new float[] {-0.8f})
                            .weight("h", new float[] {0.8f})
                            .node(name, "b -> y")));
        }
        all.add(of(
                "Acosh",
                18,
                g -> g.weight("c", new float[] {1.5f})
                        .node("Exp", "x -> a")
                        .node("Add", "a, c -> b")
                        .node("Acosh", "b -> y")));
        for (String name : List.of("Floor", "Ceil", "Round", "Sign")) {
            all.add(rough(one(name, 18)));
        }
        for (String name : List.of("Add", "Sub", "Mul", "Div")) {
            all.add(of(
                    name + " number", 14, g -> g.weight("c", new float[] {1.7f}).node(name, "x, c -> y")));
            all.add(of(
                    name + " number-first",
                    14,
                    g -> g.weight("c", new float[] {1.7f}, 1)
                            .node("Exp", "x -> e")
                            .node(name, "c, e -> y")));
            all.add(of(
                    name + " channels",
                    14,
                    g -> g.weight("c", new float[] {1, 2, 3, -4}, 4, 1, 1).node(name, "x, c -> y")));
            all.add(of(
                    name + " wider",
                    14,
                    g -> g.weight("c", new float[] {1, 2, 3, -4, 2}, 1, 1, 1, 1, 5)
                            .integers("k", 0)
                            .node(name, "x, c -> w")
                            .node("Squeeze", "w, k -> y")));
            all.add(of(name + " itself", 7, g -> g.node("Exp", "x -> e").node(name, "x, e -> y")));
        }
        for (float exponent : new float[] {2, 0.5f, -0.5f, -1, 3, 1.7f}) {
            all.add(new Case(
                    "Pow " + exponent,
                    15,
                    g -> g.weight("c", new float[] {exponent}).node("Pow", "x, c -> y"),
                    true,
                    true));
        }
        all.add(new Case("Pow tensor", 15, g -> g.node("Pow", "x, x -> y"), true, true));
        all.add(rough(of(
                "Mod floating", 13, g -> g.weight("c", new float[] {0.7f}).node("Mod", "x, c -> y", i("fmod", 1)))));
        for (String name : List.of("Max", "Min")) {
            all.add(of(name + " two", 13, g -> g.weight("c", new float[] {0.2f}).node(name, "x, c -> y")));
            all.add(of(
                    name + " three",
                    13,
                    g -> g.weight("c", new float[] {0.2f}).node("Neg", "x -> a").node(name, "x, a, c -> y")));
            all.add(one(name + " one", 13));
        }
        all.add(of(
                "Sum three",
                13,
                g -> g.node("Exp", "x -> a").weight("w", 4, 1, 1).node("Sum", "x, a, w -> y")));
        all.add(of("Mean two", 13, g -> g.node("Exp", "x -> a").node("Mean", "x, a -> y")));
        for (String name : List.of("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual")) {
            all.add(of(
                    name,
                    18,
                    g -> g.weight("c", new float[] {0.1f})
                            .node(name, "x, c -> b")
                            .node("Neg", "x -> m")
                            .node("Where", "b, x, m -> y")));
        }
        for (String name : List.of("And", "Or", "Xor")) {
            all.add(rough(of(
                    name,
                    18,
                    g -> g.weight("c", new float[] {0.1f})
                            .weight("d", new float[] {0.5f})
                            .node("Less", "x, c -> a")
                            .node("Greater", "x, d -> b")
                            .node(name, "a, b -> z")
                            .node("Not", "z -> o")
                            .node("Cast", "o -> y", i("to", 1)))));
        }
        all.add(rough(of(
                "Not",
                18,
                g -> g.weight("c", new float[] {0.1f})
                        .node("Less", "x, c -> a")
                        .node("Not", "a -> o")
                        .node("Cast", "o -> y", i("to", 1)))));
        all.add(of(
                "Where numbers",
                18,
                g -> g.weight("c", new float[] {0.1f})
                        .weight("z", new float[] {0})
                        .node("Less", "x, c -> a")
                        .node("Where", "a, z, x -> y")));
        all.add(rough(of(
                "IsNaN",
                18,
                g -> g.node("Log", "x -> a").node("IsNaN", "a -> b").node("Cast", "b -> y", i("to", 1)))));
    }

    private static void activations(List<Case> all) {
        for (String name : List.of(
                "Relu",
                "Tanh",
                "Mish",
                "HardSwish",
                "Softplus",
                "Softsign",
                "LeakyRelu",
                "Elu",
                "Celu",
                "Selu",
                "HardSigmoid",
                "ThresholdedRelu")) {
            all.add(one(name, 18));
        }
        all.add(one("LeakyRelu steep", 16, f("alpha", 0.3)));
        all.add(one("Elu steep", 16, f("alpha", 1.7)));
        all.add(one("Celu steep", 16, f("alpha", 1.7)));
        all.add(one("Selu others", 16, f("alpha", 1.2), f("gamma", 2)));
        all.add(one("HardSigmoid torch", 16, f("alpha", 1.0 / 6), f("beta", 0.5)));
        all.add(one("ThresholdedRelu low", 16, f("alpha", 0.2)));
        all.add(one("Gelu", 20));
        all.add(one("Gelu tanh", 20, s("approximate", "tanh")));
        all.add(of("PRelu one", 16, g -> g.weight("a", new float[] {0.3f}, 1).node("PRelu", "x, a -> y")));
        all.add(of("PRelu channels", 16, g -> g.weight("a", 4, 1, 1).node("PRelu", "x, a -> y")));
        all.add(of("PRelu places", 16, g -> g.weight("a", 4, 6, 5).node("PRelu", "x, a -> y")));
        all.add(of(
                "Clip both",
                13,
                g -> g.weight("l", new float[] {-0.3f})
                        .weight("h", new float[] {0.9f})
                        .node("Clip", "x, l, h -> y")));
        all.add(of(
                "Clip six",
                13,
                g -> g.weight("l", new float[] {0}).weight("h", new float[] {6}).node("Clip", "x, l, h -> y")));
        all.add(of("Clip low", 13, g -> g.weight("l", new float[] {0}).node("Clip", "x, l -> y")));
        all.add(of("Clip high", 13, g -> g.weight("h", new float[] {0.5f}).node("Clip", "x, , h -> y")));
        all.add(one("Clip none", 13));
        all.add(one("Clip attributes", 7, f("min", -0.5), f("max", 0.7)));
        all.add(one("Clip attribute", 7, f("min", 0)));
        // Not at the end, where they are taken off.
        all.add(of("Sigmoid", 13, g -> g.node("Sigmoid", "x -> a").node("Exp", "a -> y")));
        for (String name : List.of("Softmax", "LogSoftmax")) {
            BiFunction<Integer, AttributeProto[], Case> inside = (opset, attributes) ->
                    of(name, opset, g -> g.node(name, "x -> a", attributes).node("Exp", "a -> y"));
            all.add(inside.apply(13, new AttributeProto[] {}));
            all.add(inside.apply(13, new AttributeProto[] {i("axis", 1)}));
            all.add(inside.apply(11, new AttributeProto[] {}));
            all.add(inside.apply(11, new AttributeProto[] {i("axis", 2)}));
            all.add(inside.apply(11, new AttributeProto[] {i("axis", -1)}));
        }
    }

    private static void products(List<Case> all) {
        all.add(of("MatMul weight", 13, g -> g.weight("w", 5, 3).node("MatMul", "x, w -> y")));
        all.add(of(
                "MatMul bias",
                13,
                g -> g.weight("w", 5, 3)
                        .weight("b", 3)
                        .node("MatMul", "x, w -> a")
                        .node("Add", "b, a -> y")));
        all.add(of("MatMul many", 13, g -> g.weight("w", 4, 5, 3).node("MatMul", "x, w -> y")));
        all.add(of(
                "MatMul two",
                13,
                g -> g.node("Transpose", "x -> t", ints("perm", 0, 1, 3, 2)).node("MatMul", "x, t -> y")));
        all.add(of("MatMul left", 13, g -> g.weight("w", 3, 6).node("MatMul", "w, x -> y")));
        all.add(of(
                "MatMul turned",
                13,
                g -> g.weight("w", 3, 5)
                        .node("Transpose", "w -> t")
                        .weight("b", 3)
                        .node("MatMul", "x, t -> a")
                        .node("Add", "a, b -> y")));
        all.add(of("MatMul vector", 13, g -> g.weight("w", 5).node("MatMul", "x, w -> y")));
        Consumer<TestGraph> flat = g -> g.node("Flatten", "x -> f");
        all.add(of("Gemm plain", 13, flat.andThen(g -> g.weight("w", 120, 3).node("Gemm", "f, w -> y"))));
        all.add(of(
                "Gemm torch",
                13,
                flat.andThen(g -> g.weight("w", 3, 120).weight("b", 3).node("Gemm", "f, w, b -> y", i("transB", 1)))));
        all.add(of(
                "Gemm scaled",
                13,
                flat.andThen(g -> g.weight("w", 3, 120)
                        .weight("b", 1, 3)
                        .node("Gemm", "f, w, b -> y", i("transB", 1), f("alpha", 0.5), f("beta", 2)))));
        all.add(of(
                "Gemm number",
                13,
                flat.andThen(
                        g -> g.weight("w", 120, 3).weight("b", new float[] {2}).node("Gemm", "f, w, b -> y"))));
        all.add(of(
                "Gemm turned",
                13,
                flat.andThen(g -> g.node("Transpose", "f -> t")
                        .weight("w", 120, 3)
                        .weight("b", 3)
                        .node("Gemm", "t, w, b -> y", i("transA", 1)))));
        all.add(of(
                "Gemm no-weight",
                13,
                flat.andThen(g -> g.weight("w", 3, 120)
                        .node("Gemm", "f, w -> a", i("transB", 1))
                        .node("Gemm", "f, f, -> b", i("transB", 1))
                        .node("MatMul", "b, a -> y"))));
        all.add(of(
                "Einsum weight",
                13,
                g -> g.weight("w", 5, 3).node("Einsum", "x, w -> y", s("equation", "nchw,wk->nhkc"))));
        all.add(of("Einsum attention", 13, g -> g.node("Einsum", "x, x -> y", s("equation", "nhqd,nhkd->nhqk"))));
        all.add(of("Einsum dots", 13, g -> g.node("Einsum", "x -> y", s("equation", "...ij->...ji"))));
        all.add(of("Attention four", 23, g -> g.node("Exp", "x -> k").node("Attention", "x, k, x -> y")));
        all.add(of(
                "Attention causal", 23, g -> g.node("Attention", "x, x, x -> y", i("is_causal", 1), f("scale", 0.3))));
        all.add(of(
                "Attention three",
                23,
                g -> g.integers("s", 0, 10, -1)
                        .node("Reshape", "x, s -> a")
                        .node("Attention", "a, a, a -> y", i("q_num_heads", 3), i("kv_num_heads", 3))));
    }

    private static void windows(List<Case> all) {
        all.add(of("Conv plain", 11, g -> g.weight("w", 3, 4, 3, 3).node("Conv", "x, w -> y")));
        all.add(of(
                "Conv all",
                11,
                g -> g.weight("w", 6, 2, 3, 2)
                        .weight("b", 6)
                        .node(
                                "Conv",
                                "x, w, b -> y",
                                ints("strides", 2, 1),
                                ints("pads", 2, 0, 2, 0),
                                ints("dilations", 2, 1),
                                i("group", 2),
                                ints("kernel_shape", 3, 2))));
        all.add(of(
                "Conv uneven",
                11,
                g -> g.weight("w", 3, 4, 3, 3)
                        .node("Conv", "x, w -> y", ints("pads", 0, 1, 2, 0), ints("strides", 2, 2))));
        for (String pad : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
            all.add(of(
                    "Conv " + pad,
                    11,
                    g -> g.weight("w", 3, 4, 3, 2)
                            .node("Conv", "x, w -> y", s("auto_pad", pad), ints("strides", 2, 1))));
            all.add(of(
                    "MaxPool " + pad,
                    11,
                    g -> g.node(
                            "MaxPool",
                            "x -> y",
                            s("auto_pad", pad),
                            ints("strides", 2, 2),
                            ints("kernel_shape", 3, 2))));
            all.add(of(
                    "AveragePool " + pad,
                    11,
                    g -> g.node(
                            "AveragePool",
                            "x -> y",
                            s("auto_pad", pad),
                            ints("strides", 2, 2),
                            ints("kernel_shape", 3, 2))));
        }
        all.add(of(
                "Conv bias-after",
                11,
                g -> g.weight("w", 3, 4, 1, 1)
                        .weight("b", 1, 3, 1, 1)
                        .node("Conv", "x, w -> a")
                        .node("Add", "a, b -> y")));
        all.add(of(
                "Conv padded-before",
                13,
                g -> g.weight("w", 3, 4, 3, 3)
                        .integers("p", 0, 0, 0, 1, 0, 0, 1, 1)
                        .node("Pad", "x, p -> a")
                        .node("Conv", "a, w -> y", ints("strides", 2, 2))));
        all.add(of(
                "Conv one-dim",
                11,
                g -> g.weight("w", 3, 24, 3)
                        .integers("s", 0, 24, 5)
                        .node("Reshape", "x, s -> a")
                        .node("Conv", "a, w -> y", ints("pads", 1, 1))));
        all.add(of(
                "Conv three-dim",
                11,
                g -> g.weight("w", 2, 1, 2, 2, 2)
                        .node("Unsqueeze", "x -> a", ints("axes", 1))
                        .node("Conv", "a, w -> y")));
        all.add(of("ConvTranspose plain", 11, g -> g.weight("w", 4, 3, 3, 3).node("ConvTranspose", "x, w -> y")));
        all.add(of(
                "ConvTranspose all",
                11,
                g -> g.weight("w", 4, 3, 3, 3)
                        .weight("b", 6)
                        .node(
                                "ConvTranspose",
                                "x, w, b -> y",
                                ints("strides", 2, 3),
                                ints("pads", 1, 0, 1, 0),
                                ints("output_padding", 1, 2),
                                i("group", 2),
                                ints("dilations", 1, 2))));
        all.add(of(
                "ConvTranspose uneven",
                11,
                g -> g.weight("w", 4, 3, 3, 3)
                        .node("ConvTranspose", "x, w -> y", ints("strides", 2, 2), ints("pads", 0, 1, 1, 0))));
        all.add(of(
                "MaxPool torch",
                12,
                g -> g.node(
                        "MaxPool",
                        "x -> y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        ints("pads", 1, 1, 1, 1))));
        all.add(of(
                "MaxPool ceil",
                12,
                g -> g.node(
                        "MaxPool", "x -> y", ints("kernel_shape", 3, 3), ints("strides", 2, 2), i("ceil_mode", 1))));
        all.add(of(
                "MaxPool uneven",
                12,
                g -> g.node(
                        "MaxPool",
                        "x -> y",
                        ints("kernel_shape", 3, 2),
                        ints("pads", 0, 1, 2, 0),
                        ints("dilations", 2, 1))));
        all.add(of(
                "MaxPool one-dim",
                12,
                g -> g.integers("s", 0, 24, 5)
                        .node("Reshape", "x, s -> a")
                        .node("MaxPool", "a -> y", ints("kernel_shape", 2))));
        all.add(of("AveragePool plain", 11, g -> g.node("AveragePool", "x -> y", ints("kernel_shape", 2, 3))));
        all.add(of(
                "AveragePool torch",
                11,
                g -> g.node(
                        "AveragePool",
                        "x -> y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        ints("pads", 1, 1, 1, 1),
                        i("count_include_pad", 1))));
        all.add(of(
                "AveragePool counted",
                11,
                g -> g.node(
                        "AveragePool",
                        "x -> y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        ints("pads", 1, 1, 1, 1))));
        all.add(of(
                "AveragePool ceil",
                11,
                g -> g.node(
                        "AveragePool",
                        "x -> y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        i("ceil_mode", 1))));
        all.add(of(
                "AveragePool uneven",
                11,
                g -> g.node("AveragePool", "x -> y", ints("kernel_shape", 3, 3), ints("pads", 0, 1, 2, 0))));
        all.add(of(
                "AveragePool uneven-all",
                11,
                g -> g.node(
                        "AveragePool",
                        "x -> y",
                        ints("kernel_shape", 3, 3),
                        ints("pads", 0, 1, 2, 0),
                        i("count_include_pad", 1))));
        all.add(of(
                "AveragePool dilated",
                19,
                g -> g.node(
                        "AveragePool",
                        "x -> y",
                        ints("kernel_shape", 2, 2),
                        ints("dilations", 2, 3),
                        ints("pads", 1, 0, 0, 1))));
        all.add(of(
                "AveragePool one-dim",
                11,
                g -> g.integers("s", 0, 24, 5)
                        .node("Reshape", "x, s -> a")
                        .node("AveragePool", "a -> y", ints("kernel_shape", 2))));
        all.add(one("GlobalAveragePool", 11));
        all.add(one("GlobalMaxPool", 11));
        all.add(of(
                "GlobalAveragePool one-dim",
                11,
                g -> g.integers("s", 0, 24, 5).node("Reshape", "x, s -> a").node("GlobalAveragePool", "a -> y")));
    }

    private static void normalizations(List<Case> all) {
        for (int opset : new int[] {7, 9, 15}) {
            all.add(of(
                    "BatchNormalization",
                    opset,
                    g -> g.weight("s", 4)
                            .weight("b", 4)
                            .weight("m", 4)
                            .weight("v", new float[] {0.5f, 1, 2, 3}, 4)
                            .node("BatchNormalization", "x, s, b, m, v -> y", f("epsilon", 0.01))));
        }
        all.add(of(
                "BatchNormalization computed",
                15,
                g -> g.weight("s", 4)
                        .weight("b", 4)
                        .weight("m", 4)
                        .node("Exp", "b -> v")
                        .node("BatchNormalization", "x, s, b, m, v -> y")));
        all.add(of(
                "LayerNormalization last",
                17,
                g -> g.weight("s", 5).weight("b", 5).node("LayerNormalization", "x, s, b -> y", f("epsilon", 0.01))));
        all.add(of(
                "LayerNormalization several",
                17,
                g -> g.weight("s", 4, 6, 5).node("LayerNormalization", "x, s -> y", i("axis", 1))));
        all.add(of(
                "LayerNormalization spread",
                17,
                g -> g.weight("s", 5).weight("b", 5).node("LayerNormalization", "x, s, b -> y", i("axis", 2))));
        all.add(of(
                "LayerNormalization written-out",
                14,
                g -> g.weight("s", 5)
                        .weight("b", 5)
                        .weight("two", new float[] {2})
                        .weight("eps", new float[] {0.01f})
                        .node("ReduceMean", "x -> m", ints("axes", -1))
                        .node("Sub", "x, m -> c")
                        .node("Pow", "c, two -> q")
                        .node("ReduceMean", "q -> v", ints("axes", -1))
                        .node("Add", "v, eps -> e")
                        .node("Sqrt", "e -> d")
                        .node("Div", "c, d -> n")
                        .node("Mul", "n, s -> t")
                        .node("Add", "t, b -> y")));
        all.add(of(
                "RMSNormalization",
                23,
                g -> g.weight("s", 5).node("RMSNormalization", "x, s -> y", f("epsilon", 0.01))));
        all.add(of(
                "InstanceNormalization",
                13,
                g -> g.weight("s", 4)
                        .weight("b", 4)
                        .node("InstanceNormalization", "x, s, b -> y", f("epsilon", 0.01))));
        all.add(of(
                "GroupNormalization groups",
                18,
                g -> g.weight("s", 2)
                        .weight("b", 2)
                        .node("GroupNormalization", "x, s, b -> y", i("num_groups", 2), f("epsilon", 0.01))));
        all.add(of(
                "GroupNormalization channels",
                21,
                g -> g.weight("s", 4)
                        .weight("b", 4)
                        .node("GroupNormalization", "x, s, b -> y", i("num_groups", 2), f("epsilon", 0.01))));
        all.add(one("LRN", 13, i("size", 3), f("alpha", 0.5), f("beta", 0.6), f("bias", 1.5)));
        all.add(one("LpNormalization", 18, i("axis", 1)));
        all.add(one("LpNormalization one", 18, i("axis", 2), i("p", 1)));
        all.add(one("MeanVarianceNormalization", 13, ints("axes", 2, 3)));
    }

    private static void reductions(List<Case> all) {
        for (String name : List.of(
                "ReduceMean",
                "ReduceSum",
                "ReduceMax",
                "ReduceMin",
                "ReduceProd",
                "ReduceL1",
                "ReduceL2",
                "ReduceSumSquare",
                "ReduceLogSumExp")) {
            all.add(one(name + " attribute", 11, ints("axes", 2, -1)));
            all.add(one(name + " dropped", 11, ints("axes", 1), i("keepdims", 0)));
            all.add(of(name + " input", 18, g -> g.integers("a", 1, 3).node(name, "x, a -> y")));
            all.add(of(name + " three", 18, g -> g.integers("a", 1, 2, 3).node(name, "x, a -> y", i("keepdims", 0))));
        }
        all.add(new Case("ReduceLogSum", 11, g -> g.node("ReduceLogSum", "x -> y", ints("axes", 2)), true, true));
        all.add(one("ReduceSum none", 13, i("noop_with_empty_axes", 1)));
        all.add(rough(of(
                "ArgMax", 13, g -> g.node("ArgMax", "x -> a", i("axis", 1)).node("Cast", "a -> y", i("to", 1)))));
        all.add(rough(of(
                "ArgMin",
                13,
                g -> g.node("ArgMin", "x -> a", i("axis", -1), i("keepdims", 0)).node("Cast", "a -> y", i("to", 1)))));
        all.add(of("CumSum", 14, g -> g.integer("a", 2).node("CumSum", "x, a -> y")));
    }

    private static void shapes(List<Case> all) {
        all.add(of("Reshape", 14, g -> g.integers("s", 0, -1, 3).node("Reshape", "x, s -> y")));
        all.add(of(
                "Reshape computed",
                14,
                g -> g.node("Shape", "x -> s")
                        .integer("zero", 0)
                        .integer("one", 1)
                        .integers("ax", 0)
                        .integers("m", -1)
                        .node("Gather", "s, zero -> n")
                        .node("Gather", "s, one -> c")
                        .node("Mul", "n, c -> nc")
                        .node("Div", "nc, c -> n2")
                        .node("Unsqueeze", "n2, ax -> u")
                        .node("Concat", "u, m -> t", i("axis", 0))
                        .node("Reshape", "x, t -> y")));
        all.add(one("Flatten", 13));
        all.add(one("Flatten deeper", 13, i("axis", -3)));
        all.add(one("Transpose", 13, ints("perm", 0, 2, 3, 1)));
        all.add(of(
                "Squeeze",
                13,
                g -> g.integers("a", 2, 3).node("GlobalAveragePool", "x -> p").node("Squeeze", "p, a -> y")));
        all.add(of("Squeeze all", 11, g -> g.node("GlobalAveragePool", "x -> p").node("Squeeze", "p -> y")));
        all.add(of(
                "Squeeze old",
                11,
                g -> g.node("GlobalAveragePool", "x -> p").node("Squeeze", "p -> y", ints("axes", -1))));
        all.add(of("Unsqueeze", 13, g -> g.integers("a", 1, -1).node("Unsqueeze", "x, a -> y")));
        all.add(one("Unsqueeze old", 11, ints("axes", 2)));
        all.add(of(
                "Expand",
                13,
                g -> g.integers("s", 1, 4, 6, 5)
                        .node("GlobalAveragePool", "x -> p")
                        .node("Expand", "p, s -> y")));
        all.add(of(
                "Expand class-token",
                13,
                g -> g.weight("t", 1, 1, 6, 5)
                        .integers("z", 0)
                        .integers("e", 1)
                        .integers("r", 1, 6, 5)
                        .node("Shape", "x -> s")
                        .node("Slice", "s, z, e -> n")
                        .node("Concat", "n, r -> q", i("axis", 0))
                        .node("Expand", "t, q -> w")
                        .node("Concat", "w, x -> y", i("axis", 1))));
        all.add(of("Tile", 13, g -> g.integers("r", 1, 2, 1, 3).node("Tile", "x, r -> y")));
        all.add(one("DepthToSpace", 13, i("blocksize", 2)));
        all.add(one("DepthToSpace columns", 13, i("blocksize", 2), s("mode", "CRD")));
        all.add(of(
                "SpaceToDepth",
                13,
                g -> g.integers("s", 0, 5, 6, 4)
                        .node("Reshape", "x, s -> a")
                        .node("SpaceToDepth", "a -> y", i("blocksize", 2))));
        all.add(one("Identity", 13));
        all.add(of("Dropout old", 10, g -> g.node("Dropout", "x -> y", f("ratio", 0.5))));
        all.add(of("Dropout", 13, g -> g.weight("r", new float[] {0.5f}).node("Dropout", "x, r -> y")));
    }

    private static void parts(List<Case> all) {
        all.add(of(
                "Slice",
                13,
                g -> g.integers("s", 1, -4)
                        .integers("e", 3, Long.MAX_VALUE)
                        .integers("a", 1, -2)
                        .node("Slice", "x, s, e, a -> y")));
        all.add(of(
                "Slice steps",
                13,
                g -> g.integers("s", 5, 0)
                        .integers("e", -100, 5)
                        .integers("a", 2, 3)
                        .integers("t", -2, 2)
                        .node("Slice", "x, s, e, a, t -> y")));
        all.add(of(
                "Slice backwards",
                13,
                g -> g.integers("s", -1)
                        .integers("e", Long.MIN_VALUE)
                        .integers("a", 3)
                        .integers("t", -1)
                        .node("Slice", "x, s, e, a, t -> y")));
        all.add(one("Slice old", 9, ints("starts", 1), ints("ends", 3), ints("axes", 2)));
        all.add(of(
                "Split",
                13,
                g -> g.integers("s", 1, 3)
                        .node("Split", "x, s -> a, b", i("axis", 1))
                        .node("Exp", "b -> y")));
        all.add(of(
                "Split equal",
                11,
                g -> g.node("Split", "x -> a, b", i("axis", 2)).node("Mul", "a, b -> y")));
        all.add(of(
                "Split count",
                18,
                g -> g.node("Split", "x -> a, b, c", i("axis", 3), i("num_outputs", 3))
                        .node("Mul", "a, b -> d")
                        .node("Concat", "d, c -> y", i("axis", -1))));
        all.add(of("Concat", 13, g -> g.node("Exp", "x -> a").node("Concat", "x, a, x -> y", i("axis", 1))));
        all.add(of("Gather number", 13, g -> g.integer("i", -2).node("Gather", "x, i -> y", i("axis", 2))));
        all.add(of("Gather row", 13, g -> g.integers("i", 1, 2).node("Gather", "x, i -> y", i("axis", 1))));
        all.add(of("Gather some", 13, g -> g.integers("i", 3, 0, -1).node("Gather", "x, i -> y", i("axis", 1))));
        all.add(of(
                "Gather table",
                13,
                g -> g.weight("t", 4, 3)
                        .node("ArgMax", "x -> a", i("axis", 1), i("keepdims", 0))
                        .node("Gather", "t, a -> b")
                        .node("Flatten", "b -> c")
                        .node("Flatten", "x -> d")
                        .node("Concat", "c, d -> y", i("axis", 1))));
        all.add(of(
                "GatherElements",
                13,
                g -> g.node("ArgMax", "x -> a", i("axis", 1)).node("GatherElements", "x, a -> y", i("axis", 1))));
        all.add(of(
                "ScatterND",
                13,
                g -> g.weight("m", 6, 5)
                        .integers("s", 2, 2)
                        .integers("i", 0, 1, -1, 2)
                        .node("Reshape", "i, s -> j")
                        .weight("u", new float[] {7, 8}, 2)
                        .node("ScatterND", "m, j, u -> w")
                        .node("Mul", "x, w -> y")));
        all.add(of("Trilu", 14, g -> g.integer("k", 1).node("Trilu", "x, k -> y")));
        all.add(of("Trilu lower", 14, g -> g.node("Trilu", "x -> y", i("upper", 0))));
        all.add(of(
                "Pad",
                13,
                g -> g.integers("p", 0, 1, 2, 0, 0, 0, 1, 3)
                        .weight("v", new float[] {0.5f})
                        .node("Pad", "x, p, v -> y")));
        all.add(of("Pad axes", 18, g -> g.integers("p", 1, -1).integers("a", 2).node("Pad", "x, p, , a -> y")));
        all.add(one("Pad old", 9, ints("pads", 0, 0, 1, 1, 0, 0, 1, 1), f("value", 2)));
        for (String mode : List.of("reflect", "edge")) {
            all.add(of(
                    "Pad " + mode,
                    13,
                    g -> g.integers("p", 0, 0, 1, 2, 0, 0, 3, 0).node("Pad", "x, p -> y", s("mode", mode))));
        }
        all.add(of(
                "Pad wrap",
                19,
                g -> g.integers("p", 0, 0, 1, 2, 0, 0, 3, 0).node("Pad", "x, p -> y", s("mode", "wrap"))));
    }

    private static void constants(List<Case> all) {
        all.add(of(
                "Shape parts",
                15,
                g -> g.node("Shape", "x -> s", i("start", 1), i("end", -1))
                        .node("Cast", "s -> f", i("to", 1))
                        .node("ReduceProd", "f -> p", i("keepdims", 0))
                        .node("Mul", "x, p -> y")));
        all.add(of(
                "Size",
                13,
                g -> g.node("GlobalAveragePool", "x -> p")
                        .node("Size", "x -> s")
                        .node("Size", "p -> t")
                        .node("Div", "s, t -> d")
                        .node("Cast", "d -> f", i("to", 1))
                        .node("Sqrt", "f -> r")
                        .node("Div", "x, r -> y")));
        all.add(of(
                "ConstantOfShape",
                13,
                g -> g.node("Shape", "x -> s").node("ConstantOfShape", "s -> z").node("Sub", "z, x -> y")));
        all.add(of(
                "Range",
                13,
                g -> g.integer("a", 0)
                        .integer("b", 10)
                        .integer("c", 2)
                        .node("Range", "a, b, c -> r")
                        .node("Cast", "r -> f", i("to", 1))
                        .node("Mul", "x, f -> y")));
        all.add(of(
                "Range floating",
                13,
                g -> g.weight("a", new float[] {0})
                        .weight("b", new float[] {2.5f})
                        .weight("c", new float[] {0.5f})
                        .node("Range", "a, b, c -> r")
                        .node("Mul", "x, r -> y")));
        all.add(of(
                "Constant",
                13,
                g -> g.node("Constant", " -> c", f("value_float", 3))
                        .node("Constant", " -> v", floats("value_floats", 1, 2, 3, 4, 5))
                        .node("Constant", " -> k", ints("value_ints", 0, 20, -1))
                        .node(
                                "Constant",
                                " -> w",
                                TestGraph.t(
                                        "value",
                                        TestGraph.tensor("", 1, 1)
                                                .addFloatData(2)
                                                .build()))
                        .node("Mul", "x, c -> d")
                        .node("Add", "d, v -> e")
                        .node("Mul", "e, w -> u")
                        .node("Reshape", "u, k -> y")));
        all.add(rough(of("Cast", 13, g -> g.node("Cast", "x -> a", i("to", 7)).node("Cast", "a -> y", i("to", 1)))));
        all.add(of("Cast half", 13, g -> g.node("Cast", "x -> a", i("to", 11)).node("Cast", "a -> y", i("to", 1))));
        all.add(of(
                "CastLike",
                19,
                g -> g.weight("c", new float[] {1})
                        .integer("k", 3)
                        .node("CastLike", "k, c -> d")
                        .node("Mul", "x, d -> y")));
        all.add(of(
                "Mod integers",
                13,
                g -> g.integers("a", -7, 7, 5)
                        .integer("m", 3)
                        .node("Mod", "a, m -> b")
                        .node("Pow", "b, m -> c")
                        .node("Sub", "c, a -> d")
                        .node("Max", "d, a -> e")
                        .node("ReduceSum", "e -> q", i("keepdims", 0))
                        .node("Cast", "q -> r", i("to", 1))
                        .node("Mul", "x, r -> y")));
    }

    private static void resizing(List<Case> all) {
        for (String mode : List.of("half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel")) {
            for (String kind : List.of("linear", "cubic")) {
                all.add(of(
                        "Resize " + kind + "-" + mode,
                        13,
                        g -> g.weight("s", new float[] {1, 1, 1.5f, 2}, 4)
                                .node(
                                        "Resize",
                                        "x, , s -> y",
                                        s("mode", kind),
                                        s("coordinate_transformation_mode", mode))));
            }
        }
        for (String rounding : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
            all.add(of(
                    "Resize " + rounding,
                    13,
                    g -> g.integers("z", 1, 4, 9, 3)
                            .integers("k", 0)
                            .integers("l", 1)
                            .integers("r", 4, 9, 3)
                            .node("Shape", "x -> q")
                            .node("Slice", "q, k, l -> n")
                            .node("Concat", "n, r -> t", i("axis", 0))
                            .node("Resize", "x, , , t -> y", s("nearest_mode", rounding))));
        }
        all.add(of(
                "Resize ten",
                10,
                g -> g.weight("s", new float[] {1, 1, 2, 2}, 4).node("Resize", "x, s -> y")));
        all.add(of(
                "Resize axes",
                18,
                g -> g.weight("s", new float[] {2, 2}, 2)
                        .node("Resize", "x, , s -> y", ints("axes", 2, 3), s("mode", "linear"))));
        all.add(of(
                "Upsample", 9, g -> g.weight("s", new float[] {1, 1, 2, 3}, 4).node("Upsample", "x, s -> y")));
        all.add(of(
                "Upsample linear",
                9,
                g -> g.weight("s", new float[] {1, 1, 2, 2}, 4).node("Upsample", "x, s -> y", s("mode", "linear"))));
        all.add(one("Upsample old", 7, floats("scales", 1, 1, 2, 2)));
    }

    /** Operators that ONNX Runtime does not have in the version that is used here, or that have another test. */
    @Test
    void everyOperatorHasACase() {
        Set<String> tested = cases().map(Case::operator).collect(Collectors.toCollection(TreeSet::new));
        tested.addAll(Set.of("Swish", "GatherElements"));
        assertEquals(OperatorTable.names(), tested);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesWhatOnnxRuntimeDoes(Case one) throws Exception {
        TestGraph graph = new TestGraph(one.opset()).input("x", -1, 4, HEIGHT, WIDTH);
        one.nodes().accept(graph);
        graph.node("Flatten", "y -> out", i("axis", 1)).output("out", -1, -1);
        Path file = graph.write(folder.resolve("one.onnx"));
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open()) {
            float[] numbers = TestGraph.numbers(5, 3 * 4 * HEIGHT * WIDTH);
            if (one.positive()) {
                for (int k = 0; k < numbers.length; k++) {
                    numbers[k] = Math.abs(numbers[k]) + 0.1f;
                }
            }
            Tensor x = Tensor.of(numbers, 3, 4, HEIGHT, WIDTH);
            Tensor expected;
            try (Runtime runtime = Runtime.of(file)) {
                expected = runtime.run(x);
            }
            OnnxModel model = OnnxModel.read(file);
            for (MemoryFormat format : MemoryFormat.values()) {
                Parameters parameters = new Parameters(Device.CPU, format, new RandomStream(1));
                try (Network network = Network.build(
                        parameters,
                        path -> model.network(path, 4, HEIGHT, WIDTH, (int) expected.size(1), Weights.FILE))) {
                    Tensor y = network.forward(x, Pass.evaluate());
                    assertArrayEquals(expected.shape(), y.shape());
                    assertArrayEquals(expected.toFloats(), y.toFloats(), scale(expected) * 2e-5f);
                    requireGradient(one, network, x.copy(format));
                }
            }
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    private static float scale(Tensor expected) {
        float largest = 1;
        for (float value : expected.toFloats()) {
            largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        return largest;
    }

    /** Along a random direction the gradient is what the difference of two results is. */
    private static void requireGradient(Case one, Network network, Tensor x) {
        if (!one.smooth()) {
            return;
        }
        Tensor images = x.requiresGrad_(true);
        Tensor y = network.forward(images, Pass.evaluate());
        Tensor weights = Tensor.of(TestGraph.numbers(6, (int) y.numel()), y.shape());
        y.mul(weights).sum().backward();
        Tensor gradient = images.takeGrad().orElseThrow();
        Tensor direction = Tensor.of(TestGraph.numbers(7, (int) x.numel()), x.shape());
        double step = 1e-3;
        double slope = gradient.mul(direction).sum().item();
        Tensor after = network.forward(x.detach().addScaled(direction, step), Pass.evaluate());
        Tensor before = network.forward(x.detach().addScaled(direction, -step), Pass.evaluate());
        double difference = after.sub(before).mul(weights).sum().item() / (2 * step);
        double size = Math.max(gradient.abs().mul(direction.abs()).sum().item(), 1e-3);
        assertTrue(
                Math.abs(slope - difference) < 0.02 * size,
                () -> one + ": the gradient gives " + slope + ", the difference " + difference);
    }
}
