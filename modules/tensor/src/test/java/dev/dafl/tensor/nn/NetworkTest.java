package dev.dafl.tensor.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Golden;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Size2;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The classes {@code Small} and {@code Separable} of golden.py, layer for layer. */
@ExtendWith(NoLeaks.class)
class NetworkTest {

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void aTrainingStepAndAnEvaluationArePyTorchs(MemoryFormat format) {
        try (TensorScope _ = TensorScope.open();
                Network small = small(format);
                Network separable = separable(format)) {
            assertAsPyTorch("network", small, format);
            assertAsPyTorch("separable", separable, format);
        }
    }

    @Test
    void theStateDictHasPyTorchsNamesInItsOrder() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            assertEquals(
                    List.of(
                            "stem.0.weight",
                            "stem.1.weight",
                            "stem.1.bias",
                            "stem.1.running_mean",
                            "stem.1.running_var",
                            "stem.1.num_batches_tracked",
                            "up.weight",
                            "up.bias",
                            "widen.1.weight",
                            "widen.1.bias",
                            "plain.running_mean",
                            "plain.running_var",
                            "plain.num_batches_tracked",
                            "head.weight",
                            "head.bias"),
                    List.copyOf(network.parameters().stateDict().keySet()));
            assertEquals(
                    36 + 8 + 4 * 4 * 16 + 4 + 4 * 3 * 9 + 3 + 60 + 5,
                    network.parameters().count());
        }
    }

    @Test
    void weightsThatDoNotFitAreNamedAndChangeNothing() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Map<String, Tensor> weights =
                    new LinkedHashMap<>(network.parameters().stateDict());
            float[] before = weights.get("stem.0.weight").toFloats();
            weights.put("stem.0.weight", Tensor.of(new float[36], 4, 1, 3, 3));
            weights.put("head.bias", Tensor.of(new float[4], 4));
            weights.put("tail.bias", Tensor.of(new float[4], 4));
            weights.remove("up.bias");
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> network.parameters().load(weights))
                    .getMessage();
            assertEquals("""
                    weights do not fit: 1 missing, 1 unexpected, 1 of another shape
                      missing      up.bias [4]    nearest tail.bias [4]
                      unexpected   tail.bias [4]  nearest up.bias [4]
                      other shape  head.bias [4]  the network has [5]""", message);
            assertArrayEquals(
                    before,
                    network.parameters().stateDict().get("stem.0.weight").toFloats());
        }
    }

    @Test
    void whatWrappersPutBeforeAllNamesIsTakenOffAndTold() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            for (String prefix : List.of("module.", "_orig_mod.", "module._orig_mod.", "module.module.")) {
                Map<String, Tensor> weights = changed(network, prefix);
                assertEquals(
                        List.of("took " + prefix + " off all names"),
                        network.parameters().load(weights));
                network.parameters()
                        .stateDict()
                        .forEach((name, value) ->
                                assertArrayEquals(weights.get(prefix + name).toBytes(), value.toBytes(), name));
            }
            assertEquals(List.of(), network.parameters().load(changed(network, "")));
            Map<String, Tensor> mixed = changed(network, "module.");
            mixed.put("head.bias", mixed.remove("module.head.bias"));
            assertRefused(network, mixed, "missing     stem.0.weight [4, 1, 3, 3] ");
            Map<String, Tensor> lacking = changed(network, "module.");
            lacking.remove("module.head.bias");
            assertRefused(network, lacking, "weights do not fit: 1 missing\n  missing  head.bias [5]");
        }
    }

    @Test
    void whatAnAveragedModelHasBesideItsNetworkIsLeftOut() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Map<String, Tensor> weights = changed(network, "module.");
            weights.put("n_averaged", Tensor.scalar(3, DType.INT64));
            assertEquals(
                    List.of(
                            "left out n_averaged, which counts the networks that these weights are the mean of",
                            "took module. off all names"),
                    network.parameters().load(weights));
        }
    }

    @Test
    void ofMuchThatDoesNotFitTheFirstIsNamedAndTheRestCounted() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Map<String, Tensor> weights = changed(network, "");
            Tensor other = Tensor.of(new float[7], 7);
            for (int i = 0; i < 30; i++) {
                weights.put("line\nbreak." + "x".repeat(500) + i, other);
            }
            String message = assertThrows(
                            MisfitException.class, () -> network.parameters().load(weights))
                    .getMessage();
            assertEquals(
                    "weights do not fit: 30 unexpected",
                    message.lines().findFirst().orElseThrow());
            assertEquals(10, message.lines().count());
            assertTrue(message.endsWith("\n              and 22 more unexpected"), message);
            assertTrue(message.contains("unexpected  line?break.xxx") && message.length() < 3000, message);
        }
    }

    @Test
    void namesAreChangedByRulesBeforeTheyAreCompared() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            changed(network, "")
                    .forEach((name, value) -> weights.put(
                            "module."
                                    + name.replaceFirst("^stem\\.(\\d)", "trunk$1.conv")
                                            .replace("head", "fc"),
                            value));
            Map<String, String> rules = new LinkedHashMap<>();
            rules.put("module.trunk*.conv", "module.stem.*");
            rules.put("module.fc.", "module.head");
            assertEquals(
                    List.of("took module. off all names"), network.parameters().load(weights, Renaming.of(rules)));
            assertArrayEquals(
                    weights.get("module.fc.bias").toFloats(),
                    network.parameters().stateDict().get("head.bias").toFloats());
        }
    }

    @Test
    void aStoreWithoutValuesKnowsWhatWouldFit() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS);
                Network unset = Network.build(Parameters.unset(), NetworkTest::small)) {
            Map<String, StoredTensor> shapes = new LinkedHashMap<>();
            changed(network, "module.")
                    .forEach((name, value) -> shapes.put(
                            name,
                            new StoredTensor(
                                    "float32",
                                    Arrays.stream(value.shape()).boxed().toList())));
            assertTrue(unset.parameters().fits(shapes));
            shapes.put("module.head.bias", new StoredTensor("float32", List.of(6L)));
            assertFalse(unset.parameters().fits(shapes));
        }
    }

    @Test
    void namesThatFitKeepWhatAllHaveInFront() {
        try (TensorScope _ = TensorScope.open();
                Network network =
                        Network.build(empty(MemoryFormat.CONTIGUOUS), path -> Linear.of(path.sub("module"), 3, 2))) {
            assertEquals(List.of(), network.parameters().load(changed(network, "")));
            assertEquals(
                    List.of("took module. off all names"), network.parameters().load(changed(network, "module.")));
        }
    }

    @Test
    void countersOfBatchesMayBeMissingAltogetherOrTooMany() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            network.forward(Golden.read("network").get("x"), Pass.train());
            Map<String, Tensor> without = changed(network, "");
            assertEquals(2, without.keySet().stream().filter(Fitted::isCounter).count());
            without.keySet().removeIf(Fitted::isCounter);
            assertEquals(
                    List.of("there is no num_batches_tracked; the network's 2 stay as they are"),
                    network.parameters().load(without));
            assertArrayEquals(
                    without.get("plain.running_var").toFloats(),
                    network.parameters().stateDict().get("plain.running_var").toFloats());
            assertEquals(
                    1,
                    network.parameters()
                            .stateDict()
                            .get("stem.1.num_batches_tracked")
                            .item());

            Map<String, Tensor> more = changed(network, "module.");
            more.put("module.head.num_batches_tracked", Tensor.scalar(3, DType.INT64));
            assertEquals(
                    List.of(
                            "took module. off all names",
                            "left out 1 of num_batches_tracked that the network does not have, the first"
                                    + " module.head.num_batches_tracked"),
                    network.parameters().load(more));

            Map<String, Tensor> some = changed(network, "");
            some.remove("plain.num_batches_tracked");
            assertRefused(network, some, "missing  plain.num_batches_tracked []");
            without.remove("plain.running_mean");
            assertRefused(network, without, "weights do not fit: 1 missing\n  missing  plain.running_mean [3]");
        }
    }

    @Test
    void theFirstTensorThatIsNotFiniteIsNamed() {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            weights.put("counter", Tensor.scalar(3, DType.INT64));
            weights.put("a", Tensor.of(new float[] {1, -2}, 2).to(DType.BFLOAT16));
            assertEquals(Optional.empty(), Parameters.firstNotFinite(weights));
            weights.put("b", Tensor.of(new float[] {1, Float.NEGATIVE_INFINITY}, 2));
            weights.put("c", Tensor.of(new float[] {Float.NaN}, 1));
            assertEquals(Optional.of("b"), Parameters.firstNotFinite(weights));
            weights.remove("b");
            assertEquals(Optional.of("c"), Parameters.firstNotFinite(weights));
        }
    }

    @Test
    void aFrozenNetworkLetsGradientsThrough() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            network.parameters().freeze();
            Tensor x = Golden.read("network").get("x").requiresGrad_(true);
            network.forward(x, Pass.evaluate()).square().sum().backward();
            assertTrue(x.takeGrad().orElseThrow().abs().sum().item() > 0);
            assertTrue(network.parameters().trainable().stream()
                    .allMatch(p -> p.grad().isEmpty()));
        }
    }

    @Test
    void aRecordingPassSeesWhatEntersBatchNorms() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.BATCH_NORM_INPUTS));
            network.forward(Golden.read("network").get("x"), pass);
            assertEquals(2, pass.batchNormInputs().size());
            assertArrayEquals(
                    new long[] {4, 4, 4, 4},
                    pass.batchNormInputs().getFirst().input().shape());
            assertTrue(Pass.evaluate().batchNormInputs().isEmpty());
        }
    }

    @Test
    void aPassRecordsOnlyWhatItIsAskedFor() {
        try (TensorScope scope = TensorScope.open();
                Network network = Network.build(empty(MemoryFormat.CONTIGUOUS), path -> {
                    Layer norm = BatchNorm2d.of(path.sub("norm"), 3);
                    Layer head = Linear.of(path.sub("head"), 12, 5);
                    return (x, pass) -> {
                        Tensor features = norm.forward(x.copy(), pass).flatten(1);
                        pass.features(features);
                        pass.layer("norm", features);
                        return head.forward(features, pass);
                    };
                })) {
            Tensor x = random("x", 2, 3, 2, 2);
            for (Recorded kind : Recorded.values()) {
                Pass pass = Pass.evaluate().recording(Set.of(kind));
                int before = scope.size();
                network.forward(x, pass);
                assertEquals(kind == Recorded.FEATURES, pass.features().isPresent());
                assertEquals(
                        kind == Recorded.BATCH_NORM_INPUTS,
                        !pass.batchNormInputs().isEmpty());
                assertEquals(
                        kind == Recorded.LAYERS ? Set.of("norm") : Set.of(),
                        pass.layers().keySet());
                assertEquals(kind == Recorded.MULTIPLY_ADDS ? 120 : 0, pass.multiplyAdds());
                assertEquals(before + (kind == Recorded.MULTIPLY_ADDS ? 1 : 2), scope.size());
            }
        }
    }

    @Test
    void underAutocastBatchNormInputsAreFloat32AndGradientsFlowThroughThem() {
        List<DType> entered = new ArrayList<>();
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(empty(MemoryFormat.CONTIGUOUS), path -> {
                    Layer conv = Conv2d.of(path.sub("conv"), 3, 4, 1);
                    Layer norm = BatchNorm2d.of(path.sub("norm"), 4);
                    return (x, pass) -> {
                        Tensor y = conv.forward(x, pass);
                        entered.add(y.dtype());
                        return norm.forward(y, pass);
                    };
                })) {
            Tensor x = random("x", 2, 3, 2, 2).requiresGrad_(true);
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.BATCH_NORM_INPUTS));
            network.inBfloat16().forward(x, pass);
            assertEquals(List.of(DType.BFLOAT16), entered);
            Tensor input = pass.batchNormInputs().getFirst().input();
            assertEquals(DType.FLOAT32, input.dtype());
            input.square().sum().backward();
            assertTrue(x.takeGrad().orElseThrow().abs().sum().item() > 0);
            network.parameters().trainable().forEach(Tensor::takeGrad);
        }
    }

    @Test
    void batchNormCountsTheBatchesItWasTrainedOn() {
        try (TensorScope _ = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Tensor x = Golden.read("network").get("x");
            network.forward(x, Pass.train());
            network.forward(x, Pass.evaluate());
            network.forward(x, Pass.train());
            Tensor counted = network.parameters().stateDict().get("stem.1.num_batches_tracked");
            assertEquals(DType.INT64, counted.dtype());
            assertEquals(2, counted.item());
        }
    }

    @Test
    void aForwardFreesWhatLiesBetweenInputAndResult() {
        try (TensorScope scope = TensorScope.open();
                Network network = small(MemoryFormat.CONTIGUOUS)) {
            Tensor x = Golden.read("network").get("x");
            int before = scope.size();
            Tensor y = network.forward(x, Pass.train());
            assertEquals(before + 1, scope.size());
            y.sum().backward();
            assertTrue(network.parameters().trainable().stream()
                    .allMatch(p -> p.takeGrad().isPresent()));
        }
    }

    @Test
    void aForwardLeavesWhatOthersOwnWhereItIs() {
        try (TensorScope outer = TensorScope.open();
                Network identity = Network.build(empty(MemoryFormat.CONTIGUOUS), _ -> (x, _) -> x)) {
            Tensor x = random("x", 2, 3);
            try (TensorScope _ = TensorScope.open()) {
                assertSame(x, identity.forward(x, Pass.evaluate()));
            }
            assertFalse(x.isClosed());
            assertEquals(1, outer.size());
        }
    }

    /** With one input channel both orders are the same; from the strides libtorch takes a kernel that is four times as fast. */
    @Test
    void theStridesOfOneChannelAreOfTheFormatThatWasAskedFor() {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = empty(MemoryFormat.CHANNELS_LAST)) {
            Conv2d conv = Conv2d.of(parameters.root(), 1, 6, 5);
            assertArrayEquals(new long[] {25, 1, 5, 1}, conv.weight().strides());
            assertArrayEquals(
                    new long[] {28 * 28 * 6, 1, 28 * 6, 6},
                    conv.forward(random("x", 2, 1, 32, 32), Pass.evaluate()).strides());
        }
    }

    @Test
    void inBfloat16ItComputesInBfloat16AndGivesFloat32() {
        List<DType> computed = new ArrayList<>();
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(empty(MemoryFormat.CONTIGUOUS), path -> {
                    Linear linear = Linear.of(path.sub("linear"), 3, 2);
                    return (x, pass) -> {
                        Tensor y = linear.forward(x, pass);
                        computed.add(y.dtype());
                        pass.features(y);
                        return y;
                    };
                })) {
            Tensor x = random("x", 2, 3);
            Pass pass = Pass.train().recording(Set.of(Recorded.FEATURES));
            Tensor y = network.inBfloat16().forward(x, pass);
            Tensor exact = network.inBfloat16().inFloat32().forward(x, Pass.train());
            assertEquals(List.of(DType.BFLOAT16, DType.FLOAT32), computed);
            assertEquals(DType.FLOAT32, y.dtype());
            assertEquals(DType.FLOAT32, pass.features().orElseThrow().dtype());
            Golden.assertClose(exact.detach(), y.detach(), 1e-2, "bfloat16");
            y.sum().backward();
            network.parameters()
                    .trainable()
                    .forEach(p -> assertEquals(
                            DType.FLOAT32, p.takeGrad().orElseThrow().dtype()));
        }
    }

    @Test
    void buffersAndConstantsHaveTheirOwnValuesAndAreNotTrained() {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1))) {
            ParameterPath path = parameters.root().sub("norm");
            Tensor buffer = path.buffer("shift", (shape, _) -> Tensor.of(new float[] {1, 2}, shape), 2);
            Tensor index;
            Tensor image;
            try (TensorScope _ = TensorScope.open()) {
                index = path.constant(Tensor.of(new long[] {3, 4}, 2));
                image = path.constant(Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 1, 2));
            }
            assertEquals(Device.CPU, path.device());
            assertEquals(
                    List.of("norm.shift"), List.copyOf(parameters.stateDict().keySet()));
            assertEquals(List.of(), parameters.trainable());
            assertArrayEquals(new float[] {1, 2}, buffer.toFloats());
            assertArrayEquals(new long[] {3, 4}, index.toLongs());
            assertArrayEquals(new long[] {4, 1, 4, 2}, image.strides());
            // One that is no longer wanted may go before the network does.
            index.close();
        }
    }

    @Test
    void twoParametersOfOneNameAreRefused() {
        try (TensorScope _ = TensorScope.open()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Network.build(empty(MemoryFormat.CONTIGUOUS), path -> {
                        Linear.of(path.sub("a"), 2, 2);
                        return Linear.of(path.sub("a"), 2, 2);
                    }));
        }
    }

    @Test
    void oneSeedGivesOneNetwork() {
        try (TensorScope _ = TensorScope.open();
                Network a = small(MemoryFormat.CONTIGUOUS);
                Network b = small(MemoryFormat.CONTIGUOUS)) {
            a.parameters()
                    .stateDict()
                    .forEach((name, value) -> assertArrayEquals(
                            value.toBytes(),
                            b.parameters().stateDict().get(name).toBytes(),
                            name));
        }
    }

    /** Nearest upsampling and a convolution, and the transposed convolution that replaces both, on the same weights. */
    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void upsamplingInsideTheConvolutionChangesNothing(MemoryFormat format) {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = empty(format)) {
            UpsampleConv2d fused = UpsampleConv2d.of(parameters.root(), 3, 5);
            Tensor x = random("x", 2, 3, 6, 5).contiguous(format).requiresGrad_(true);
            Tensor plain =
                    Functional.conv2d(Functional.upsampleNearest2d(x, 2), fused.weight(), fused.bias(), 1, 1, 1, 1);
            plain.square().sum().backward();
            Tensor gradient = x.takeGrad().orElseThrow();
            Tensor weightGradient = fused.weight().takeGrad().orElseThrow();
            parameters.trainable().forEach(Tensor::takeGrad);
            Tensor y = fused.forward(x, Pass.train());
            y.square().sum().backward();
            Golden.assertClose(plain, y, 1e-6, "output");
            Golden.assertClose(gradient, x.takeGrad().orElseThrow(), 1e-6, "gradient of the input");
            Golden.assertClose(weightGradient, fused.weight().takeGrad().orElseThrow(), 1e-6, "gradient of the weight");
            assertEquals(
                    List.of("weight", "bias"),
                    List.copyOf(parameters.stateDict().keySet()));
        }
    }

    /** A convolution, and the products and shifts that replace it, on the same weights. */
    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void aNarrowConvolutionIsAConvolution(MemoryFormat format) {
        for (int out : new int[] {1, 3}) {
            try (TensorScope _ = TensorScope.open();
                    Parameters parameters = empty(format)) {
                NarrowConv2d narrow = NarrowConv2d.of(parameters.root(), 4, out);
                Tensor x = random("x", 2, 4, 6, 5).contiguous(format).requiresGrad_(true);
                Tensor plain = Functional.conv2d(x, narrow.weight(), Optional.of(narrow.bias()), 1, 1, 1, 1);
                plain.square().sum().backward();
                Tensor gradient = x.takeGrad().orElseThrow();
                List<Tensor> gradients = parameters.trainable().stream()
                        .map(p -> p.takeGrad().orElseThrow())
                        .toList();
                Tensor y = narrow.forward(x, Pass.train());
                y.square().sum().backward();
                Golden.assertClose(plain, y, 1e-6, "output");
                Golden.assertClose(gradient, x.takeGrad().orElseThrow(), 1e-5, "gradient of the input");
                for (int i = 0; i < 2; i++) {
                    Golden.assertClose(
                            gradients.get(i),
                            parameters.trainable().get(i).takeGrad().orElseThrow(),
                            1e-5,
                            "gradient of a parameter");
                }
                assertEquals(
                        List.of("weight", "bias"),
                        List.copyOf(parameters.stateDict().keySet()));
            }
        }
    }

    /** A bias that is left to the batch norm gives what adding it gives, running statistics included. */
    @Test
    void batchNormTakesTheBiasOfTheLayerBefore() {
        try (TensorScope _ = TensorScope.open();
                Parameters added = empty(MemoryFormat.CONTIGUOUS);
                Parameters left = empty(MemoryFormat.CONTIGUOUS)) {
            BatchNorm2d one = BatchNorm2d.of(added.root(), 4);
            BatchNorm2d other = BatchNorm2d.of(left.root(), 4);
            Tensor x = random("x", 3, 4, 5, 5);
            Tensor bias = random("bias", 4);
            for (int i = 0; i < 3; i++) {
                Golden.assertClose(
                        one.forward(x.add(bias.view(1, 4, 1, 1)), Pass.train()),
                        other.forward(x, bias, Pass.train()),
                        2e-6,
                        "training");
            }
            Golden.assertClose(
                    Functional.leakyRelu(one.forward(x.add(bias.view(1, 4, 1, 1)), Pass.train()), 0.2),
                    other.forwardLeakyRelu(x, bias, 0.2, Pass.train()),
                    2e-6,
                    "leaky ReLU, training");
            added.stateDict()
                    .forEach((name, value) ->
                            Golden.assertClose(value, left.stateDict().get(name), 1e-6, name));
            Golden.assertClose(
                    one.forward(x.add(bias.view(1, 4, 1, 1)), Pass.evaluate()),
                    other.forward(x, bias, Pass.evaluate()),
                    2e-6,
                    "evaluation");
            Golden.assertClose(
                    Functional.leakyRelu(one.forward(x.add(bias.view(1, 4, 1, 1)), Pass.evaluate()), 0.2),
                    other.forwardLeakyRelu(x, bias, 0.2, Pass.evaluate()),
                    2e-6,
                    "leaky ReLU, evaluation");
        }
    }

    @Test
    void channelsThatCannotBeSplitIntoGroupsAreRefused() {
        try (Parameters parameters = empty(MemoryFormat.CONTIGUOUS)) {
            ParameterPath path = parameters.root();
            assertEquals(
                    "a convolution cannot split 3 channels into 2 groups",
                    assertThrows(IllegalArgumentException.class, () -> Conv2d.of(path, 3, 4, 3, o -> o.groups(2)))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> Conv2d.of(path, 4, 3, 3, o -> o.groups(2)));
            assertThrows(IllegalArgumentException.class, () -> Conv2d.of(path, 4, 4, 3, o -> o.groups(0)));
            assertEquals(
                    "a group norm cannot split 6 channels into 4 groups",
                    assertThrows(IllegalArgumentException.class, () -> GroupNorm.of(path, 4, 6))
                            .getMessage());
        }
    }

    private static void assertAsPyTorch(String file, Network network, MemoryFormat format) {
        Golden golden = Golden.read(file);
        network.parameters().load(strip(golden, "before."));
        Tensor x = golden.get("x").contiguous(format);
        Tensor loss = Functional.crossEntropy(network.forward(x, Pass.train()), golden.get("target"));
        loss.backward();
        Golden.assertClose(golden.get("loss"), loss, 1e-6, "loss");
        network.parameters().stateDict().forEach((name, value) -> {
            Golden.assertClose(golden.get("after." + name), value, 1e-6, name);
            if (golden.tensors().containsKey("grad." + name)) {
                Golden.assertClose(
                        golden.get("grad." + name), value.takeGrad().orElseThrow(), 1e-5, "gradient of " + name);
            }
        });
        try (GradMode _ = GradMode.disabled()) {
            Golden.assertClose(golden.get("evaluated"), network.forward(x, Pass.evaluate()), 2e-6, "evaluation");
        }
    }

    /** Other values than the network's under its names with something in front. */
    private static Map<String, Tensor> changed(Network network, String prefix) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        try (GradMode _ = GradMode.disabled()) {
            network.parameters()
                    .stateDict()
                    .forEach((name, value) ->
                            changed.put(prefix + name, value.dtype().isFloating() ? value.add(0.5) : value.copy()));
        }
        return changed;
    }

    private static void assertRefused(Network network, Map<String, Tensor> weights, String problem) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> network.parameters().load(weights))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }

    private static Tensor random(String name, long... shape) {
        return Initializer.normal(0, 1).values(shape, new RandomStream(4).at(name, 0));
    }

    private static Network small(MemoryFormat format) {
        return Network.build(empty(format), NetworkTest::small);
    }

    private static Layer small(ParameterPath path) {
        Layer stem = Sequential.of(
                Conv2d.of(
                        path.sub("stem").sub(0),
                        1,
                        4,
                        3,
                        o -> o.stride(2).padding(1).withoutBias()),
                BatchNorm2d.of(path.sub("stem").sub(1), 4, o -> o.eps(0.8)),
                Layers.relu());
        Layer up = ConvTranspose2d.of(path.sub("up"), 4, 4, 4, o -> o.stride(2).padding(1));
        Layer widen = Sequential.of(
                Layers.upsampleNearest2d(2), Conv2d.of(path.sub("widen").sub(1), 4, 3, 3, o -> o.padding(1)));
        Layer plain = BatchNorm2d.of(path.sub("plain"), 3, BatchNorm2d.Options::withoutAffine);
        Layer head = Linear.of(path.sub("head"), 12, 5);
        return Sequential.of(stem, up, widen, plain, Layers.tanh(), Layers.avgPool2d(8), Layers.flatten(), head);
    }

    private static Network separable(MemoryFormat format) {
        return Network.build(
                empty(format),
                path -> Sequential.of(
                        Conv2d.of(
                                path.sub("stem"),
                                2,
                                6,
                                new Size2(3, 2),
                                o -> o.stride(new Size2(1, 2))
                                        .padding(new Size2(1, 0))
                                        .withoutBias()),
                        GroupNorm.of(path.sub("norm"), 3, 6, 0.01),
                        Layers.hardswish(),
                        Conv2d.of(
                                path.sub("depthwise"),
                                6,
                                6,
                                3,
                                o -> o.padding(2).dilation(2).groups(6)),
                        Layers.silu(),
                        Layers.maxPool2d(3, 2, 1),
                        LayerNorm.of(path.sub("layer_norm"), 0.01, 6, 4, 2),
                        Layers.gelu(),
                        Layers.avgPool2d(3, 1, 1),
                        (x, _) -> x.mul(8),
                        Layers.relu6(),
                        Layers.adaptiveAvgPool2d(2, 1),
                        Layers.flatten(),
                        Linear.of(path.sub("head"), 12, 5)));
    }

    private static Parameters empty(MemoryFormat format) {
        return new Parameters(Device.CPU, format, new RandomStream(11));
    }

    private static Map<String, Tensor> strip(Golden golden, String prefix) {
        Map<String, Tensor> stripped = new LinkedHashMap<>();
        golden.tensors()
                .forEach((name, value) -> Optional.of(name)
                        .filter(n -> n.startsWith(prefix))
                        .ifPresent(n -> stripped.put(n.substring(prefix.length()), value)));
        return stripped;
    }
}
