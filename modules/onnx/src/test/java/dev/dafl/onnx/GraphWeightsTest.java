package dev.dafl.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph's parameters: their names, first values, gradients, and what a pass tells of them. */
class GraphWeightsTest {

    private static final Path MODELS = Path.of("src/test/resources/models");

    @TempDir
    private Path folder;

    private static Network network(Path file, int channels, int size, int classes, Weights weights) throws IOException {
        OnnxModel model = OnnxModel.read(file);
        Parameters parameters = new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1));
        return Network.build(parameters, path -> model.network(path, channels, size, size, classes, weights));
    }

    private static Map<String, String> shapes(Network network) {
        Map<String, String> shapes = new LinkedHashMap<>();
        network.parameters().stateDict().forEach((name, tensor) -> shapes.put(name, Arrays.toString(tensor.shape())));
        return shapes;
    }

    /** With its batch norms in the graph, the resnet is PyTorch's, name by name, in training as well. */
    @Test
    void trainAsPyTorchDoes() throws IOException {
        long before = Tensor.liveCount();
        GoldenModel model = new GoldenModel(MODELS.resolve("resnet.preserve.onnx"));
        try (TensorScope _ = TensorScope.open();
                Network network = network(model.file(), 3, 16, 5, Weights.FILE)) {
            Map<String, Tensor> golden = model.golden();
            Set<String> names = new TreeSet<>();
            golden.keySet().stream().filter(n -> n.startsWith("train.")).forEach(n -> names.add(n.substring(6)));
            assertEquals(names, new TreeSet<>(network.parameters().stateDict().keySet()));
            Tensor logits = network.forward(golden.get("images"), Pass.train());
            assertTrue(GoldenModel.distance(golden.get("train"), logits) < 1e-4);
            logits.mul(golden.get("weights")).sum().backward();
            network.parameters().stateDict().forEach((name, tensor) -> {
                assertTrue(
                        GoldenModel.distance(
                                        golden.get("train." + name),
                                        tensor.to(golden.get("train").dtype()))
                                < 1e-5,
                        name);
                assertEquals(golden.containsKey("grad." + name), tensor.grad().isPresent(), name);
                tensor.takeGrad()
                        .ifPresent(gradient ->
                                assertTrue(GoldenModel.distance(golden.get("grad." + name), gradient) < 1e-3, name));
            });
        }
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void keepTheNamesOfTheFile() throws IOException {
        try (Network network = network(MODELS.resolve("resnet.dynamo.onnx"), 3, 16, 5, Weights.FILE)) {
            assertEquals("[4, 3, 7, 7]", shapes(network).get("conv1.weight"));
            assertEquals("[4]", shapes(network).get("conv1.weight_bias"));
            assertEquals("[6, 4, 1, 1]", shapes(network).get("layer2.0.downsample.0.weight"));
            assertEquals("[5, 6]", shapes(network).get("fc.weight"));
        }
        try (Network network = network(MODELS.resolve("keras.helper.onnx"), 3, 8, 4, Weights.FILE)) {
            assertEquals(
                    List.of(
                            "model.conv1.kernel",
                            "model.conv1.bias",
                            "model.depthwise.kernel",
                            "model.bn.gamma",
                            "model.bn.beta",
                            "model.bn.moving_mean",
                            "model.bn.moving_variance",
                            "model.bn.num_batches_tracked",
                            "model.dense.MatMul.ReadVariableOp",
                            "model.dense.BiasAdd.ReadVariableOp",
                            "model.dense_1.MatMul.ReadVariableOp",
                            "model.dense_1.BiasAdd.ReadVariableOp"),
                    List.copyOf(shapes(network).keySet()));
            // [out, in], as linear takes it.
            assertEquals("[12, 96]", shapes(network).get("model.dense.MatMul.ReadVariableOp"));
        }
    }

    @Test
    void giveNamesThatMeetANumber() throws IOException {
        Path file = new TestGraph(13)
                .input("x", -1, 1, 2, 2)
                .output("y", -1, 3)
                .weight("a/w:0", 4, 4)
                .weight("a.w", 4, 3)
                .weight("::", 3)
                .node("Flatten", "x -> f")
                .node("MatMul", "f, a/w:0 -> g")
                .node("MatMul", "g, a.w -> h")
                .node("Add", "h, :: -> y")
                .write(folder.resolve("names.onnx"));
        try (Network network = network(file, 1, 2, 3, Weights.FILE)) {
            assertEquals(Map.of("a.w", "[4, 4]", "a.w_2", "[3, 4]", "weight", "[3]"), shapes(network));
        }
    }

    @Test
    void beginAnewWherePyTorchWould() throws IOException {
        try (TensorScope _ = TensorScope.open();
                Network network = network(MODELS.resolve("densenet.script.onnx"), 3, 16, 5, Weights.FRESH);
                Network learned = network(MODELS.resolve("densenet.script.onnx"), 3, 16, 5, Weights.FILE)) {
            Map<String, Tensor> fresh = network.parameters().stateDict();
            assertEquals(learned.parameters().stateDict().keySet(), fresh.keySet());
            fresh.forEach((name, tensor) -> {
                double largest = tensor.abs().max().item();
                if (name.endsWith("running_mean") || (name.contains("norm") && name.endsWith("bias"))) {
                    assertEquals(0, largest, name);
                } else if (name.endsWith("running_var") || (name.contains("norm") && name.endsWith("weight"))) {
                    assertEquals(1, largest, name);
                    assertEquals(1, tensor.min().item(), name);
                } else if (tensor.dim() == 4) {
                    double bound = 1 / Math.sqrt(tensor.numel() / (double) tensor.size(0));
                    assertTrue(largest <= bound && largest > 0.7 * bound, name + ": " + largest + " of " + bound);
                }
            });
            Tensor images = Tensor.of(TestGraph.numbers(1, 4 * 3 * 256), 4, 3, 16, 16);
            Tensor logits = network.forward(images, Pass.train());
            assertTrue(logits.isfinite().all().item() == 1);
            logits.square().sum().backward();
            network.parameters()
                    .trainable()
                    .forEach(parameter -> assertTrue(
                            parameter.takeGrad().orElseThrow().isfinite().all().item() == 1));
        }
    }

    /** What scales images before any weight meets them is the same for a network that has learned nothing. */
    @Test
    void areNotWhatPreparesImages() throws IOException {
        Path file = new TestGraph(13)
                .input("x", -1, 2, 2, 2)
                .output("y", -1, 3)
                .weight("mean", new float[] {1, 2}, 1, 2, 1, 1)
                .weight("std", new float[] {3, 4}, 1, 2, 1, 1)
                .weight("w", 8, 3)
                .weight("scale", 3)
                .weight("one", new float[] {2})
                .node("Sub", "x, mean -> a")
                .node("Div", "a, std -> b")
                .node("Flatten", "b -> f")
                .node("MatMul", "f, w -> g")
                .node("Mul", "g, scale -> h")
                .node("Mul", "h, one -> y")
                .write(folder.resolve("prepares.onnx"));
        try (TensorScope _ = TensorScope.open();
                Network network = network(file, 2, 2, 3, Weights.FRESH)) {
            assertEquals(Map.of("w", "[3, 8]", "scale", "[3]"), shapes(network));
            assertArrayEquals(
                    new float[] {1, 1, 1},
                    network.parameters().stateDict().get("scale").toFloats());
            Tensor images = Tensor.of(new float[] {1, 1, 1, 1, 2, 2, 2, 2}, 1, 2, 2, 2);
            assertArrayEquals(
                    new float[3], network.forward(images, Pass.evaluate()).toFloats());
        }
    }

    @Test
    void tellFeaturesAndCosts() throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor images = Tensor.of(TestGraph.numbers(1, 2 * 3 * 256), 2, 3, 16, 16);
            Set<Recorded> all = Set.of(Recorded.FEATURES, Recorded.MULTIPLY_ADDS, Recorded.BATCH_NORM_INPUTS);
            try (Network network = network(MODELS.resolve("resnet.preserve.onnx"), 3, 16, 5, Weights.FILE)) {
                Pass pass = Pass.evaluate().recording(all);
                Tensor logits = network.forward(images, pass);
                Tensor features = pass.features().orElseThrow();
                assertArrayEquals(new long[] {2, 6}, features.shape());
                Map<String, Tensor> state = network.parameters().stateDict();
                Tensor again =
                        features.matmul(state.get("fc.weight").transpose(0, 1)).add(state.get("fc.bias"));
                assertArrayEquals(logits.toFloats(), again.toFloats(), 1e-5f);
                // conv1 at 8x8, two blocks at 4x4 and 2x2, fc; for two images.
                assertEquals(
                        2 * (64 * 4 * 147 + 16 * (4 * 36 + 4 * 36 + 4 * 4) + 4 * (6 * 36 + 6 * 54 + 6 * 4) + 30),
                        pass.multiplyAdds());
                assertEquals(7, pass.batchNormInputs().size());
                assertArrayEquals(
                        new long[] {2, 4, 8, 8},
                        pass.batchNormInputs().getFirst().input().shape());
                assertEquals(
                        state.get("bn1.running_mean").toString(),
                        pass.batchNormInputs().getFirst().runningMean().toString());
                Pass again2 = Pass.evaluate();
                assertArrayEquals(
                        logits.toFloats(), network.forward(images, again2).toFloats());
                assertFalse(again2.features().isPresent());
            }
            // Its last layer is a convolution.
            Tensor larger = Tensor.of(TestGraph.numbers(1, 2 * 3 * 361), 2, 3, 19, 19);
            try (Network network = network(MODELS.resolve("squeezenet.dynamo.onnx"), 3, 19, 5, Weights.FILE)) {
                Pass pass = Pass.evaluate().recording(all);
                network.forward(larger, pass);
                assertArrayEquals(
                        new long[] {2, 8}, pass.features().orElseThrow().shape());
            }
        }
    }

    /** Without gradients no more lies in memory than what is still to be read. */
    @Test
    void areUsedWithoutKeepingWhatLiesBetween() throws IOException {
        for (String name : List.of("densenet.script", "shufflenet.dynamo")) {
            GoldenModel model = new GoldenModel(MODELS.resolve(name + ".onnx"));
            try (TensorScope _ = TensorScope.open();
                    GradMode _ = GradMode.disabled()) {
                Map<String, Tensor> golden = model.golden();
                Tensor images = golden.get("images");
                try (Network network = model.network(MemoryFormat.CONTIGUOUS, images, (int)
                        golden.get("logits").size(1))) {
                    for (int batch = 0; batch < 2; batch++) {
                        try (TensorScope scope = TensorScope.open()) {
                            network.module().forward(images, Pass.evaluate());
                            assertEquals(1, scope.size(), name);
                        }
                    }
                    Pass recording = Pass.evaluate().recording(Set.of(Recorded.BATCH_NORM_INPUTS));
                    network.forward(images, recording);
                    recording
                            .batchNormInputs()
                            .forEach(recorded ->
                                    assertTrue(recorded.input().isfinite().all().item() == 1));
                }
            }
        }
    }

    /** Under autocast as other networks: results near those of float32, gradients for the same parameters. */
    @Test
    void workInBfloat16() throws IOException {
        for (String name :
                List.of("resnet.preserve", "vit.script", "mobilenet.dynamo", "mixed.script", "keras.helper")) {
            GoldenModel model = new GoldenModel(MODELS.resolve(name + ".onnx"));
            try (TensorScope _ = TensorScope.open()) {
                Map<String, Tensor> golden = model.golden();
                Tensor images = golden.get("images").requiresGrad_(true);
                try (Network network = model.network(MemoryFormat.CHANNELS_LAST, images, (int)
                        golden.get("logits").size(1))) {
                    Tensor logits = network.inBfloat16().forward(images, Pass.evaluate());
                    assertTrue(GoldenModel.distance(golden.get("logits"), logits) < 0.05, name);
                    logits.mul(golden.get("weights")).sum().backward();
                    assertTrue(
                            GoldenModel.distance(
                                            golden.get("gradient"),
                                            images.takeGrad().orElseThrow())
                                    < 0.15,
                            name);
                    network.parameters()
                            .trainable()
                            .forEach(parameter -> assertTrue(
                                    parameter
                                                    .takeGrad()
                                                    .orElseThrow()
                                                    .isfinite()
                                                    .all()
                                                    .item()
                                            == 1,
                                    name));
                }
            }
        }
    }
}
