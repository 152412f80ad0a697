package dev.dafl.checks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Autocast;
import dev.dafl.tensor.DType;
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
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds a network plugin against PyTorch. Both sides make weights and images by one formula, so that a golden file, which
 * {@code golden.py} of this module writes and describes, holds results only and stays small.
 *
 * @param input the images that the golden file was written with
 * @param golden the file
 * @param rounding how far logits and features may be off, relative to the largest: rounding depends on the memory format and
 *     on the processor, and grows with the depth
 * @param bfloat16 how far logits under bf16 autocast may be off, relative to the largest
 */
public record NetworkCheck<O extends Record>(
        ClassifierFactory<O> factory, O options, ImageShape input, Path golden, double rounding, double bfloat16) {

    private static final int CLASSES = 10;
    private static final int IMAGES = 4;

    /** Of networks of up to forty layers. */
    private static final double ROUNDING = 1e-4;

    /**
     * A value that rounding moves across a ReLU's or a pooling's kink changes the gradients before it by steps. PyTorch's
     * own two memory formats are up to 0.2 % apart with these networks.
     */
    private static final double KINKS = 0.02;

    /** What is left of a gradient that is 0, relative to the largest; that of the smallest other is 3e-4. */
    private static final double NO_GRADIENT = 1e-5;

    /** bf16 keeps eight bits; logits of networks of up to forty layers are up to 1.1 % away. */
    private static final double BFLOAT16 = 0.05;

    /** For the golden file of a name in the test's resources. */
    public static <O extends Record> NetworkCheck<O> of(
            ClassifierFactory<O> factory, O options, ImageShape input, String golden) {
        return new NetworkCheck<>(
                factory,
                options,
                input,
                Path.of("src/test/resources/golden", golden + ".safetensors"),
                ROUNDING,
                BFLOAT16);
    }

    /** The same with another tolerance, for networks in which rounding grows more. */
    public NetworkCheck<O> withRounding(double other) {
        return new NetworkCheck<>(factory, options, input, golden, other, bfloat16);
    }

    /** The same with another tolerance under bf16 autocast. */
    public NetworkCheck<O> withBfloat16(double other) {
        return new NetworkCheck<>(factory, options, input, golden, rounding, other);
    }

    /** Numbers in the trainable parameters. */
    public long parameters(int classes) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(MemoryFormat.CONTIGUOUS, classes)) {
            return network.parameters().count();
        }
    }

    /**
     * Names and shapes of the state dict, logits and features in evaluation, logits of a frozen pass, logits and the gradient of each parameter in
     * training, and what the running statistics learned there, up to rounding; and no tensor is left.
     */
    public void matchesPyTorch(MemoryFormat format) throws IOException {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                Network network = filled(format)) {
            assertEquals(Safetensors.metadata(golden).get("state"), state(network));
            Map<String, Tensor> expected = Safetensors.read(golden);
            Tensor images = images();
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.FEATURES));
            assertClose("evaluate", expected, evaluate(network, images, pass), rounding);
            Tensor features = pass.features().orElseThrow();
            assertArrayEquals(
                    new long[] {IMAGES, (long) expected.get("features.size").item()}, features.shape());
            assertClose("features", expected, features.abs().mean(false, 1), rounding);
            assertClose("evaluate", expected, evaluate(network, images, Pass.frozen()), rounding);
            assertClose("train", expected, backward(network, images), rounding);
            assertGradients(expected, network);
            assertClose("after", expected, evaluate(network, images, Pass.evaluate()), rounding);
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    /**
     * Names and shapes of the state dict are those in {@code torchvision/NAME.txt} of the test's resources, in order. Nothing is
     * computed, so it does for networks of any size.
     */
    public void hasTheNamesOf(String torchvision, int classes) throws IOException {
        Path file = Path.of("src/test/resources/torchvision", torchvision + ".txt");
        try (TensorScope _ = TensorScope.open();
                Network network =
                        Network.build(Parameters.unset(), path -> factory.create(path, input, classes, options))) {
            assertEquals(Files.readString(file).strip(), state(network));
        }
    }

    /** Logits under bf16 autocast are near PyTorch's in float32, and the same parameters get a gradient. */
    public void worksInBfloat16(MemoryFormat format) throws IOException {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                Network network = filled(format)) {
            Map<String, Tensor> expected = Safetensors.read(golden);
            Tensor images = images();
            try (Autocast _ = Autocast.bfloat16(Device.Type.CPU)) {
                Tensor logits = evaluate(network, images, Pass.evaluate());
                assertEquals(DType.BFLOAT16, logits.dtype());
                assertClose("evaluate", expected, logits, bfloat16);
                backward(network, images);
            }
            network.parameters().stateDict().forEach((name, parameter) -> {
                assertEquals(
                        expected.containsKey("gradient." + name),
                        parameter.grad().isPresent(),
                        name);
                parameter.takeGrad().ifPresent(gradient -> {
                    assertTrue(Double.isFinite(gradient.sum().item()), name);
                    assertTrue(gradient.abs().max().item() > 0, name);
                });
            });
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    /**
     * These are the layers that the network hands out, in order: {@code [n, c, h, w]}, float32 under bf16 autocast as well, each
     * with a gradient back into the network. Whoever looks at them changes nothing: logits are the same to the bit, in
     * evaluation and in training; and no tensor is left.
     */
    public void handsOutLayers(String... names) {
        long before = Tensor.liveCount();
        for (boolean training : new boolean[] {false, true}) {
            try (TensorScope _ = TensorScope.open();
                    Network network = filled(MemoryFormat.CHANNELS_LAST)) {
                Pass pass = training ? Pass.train() : Pass.evaluate();
                float[] logits = network.forward(images(), pass).toFloats();
                layers(network, pass, names);
                Pass looking = pass.recording(Set.of(Recorded.LAYERS));
                assertArrayEquals(logits, network.forward(images(), looking).toFloats(), "logits");
                layers(network.inBfloat16(), pass, names);
            }
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    private void layers(Network network, Pass mode, String... names) {
        for (String name : names) {
            Pass pass = mode.recording(Set.of(Recorded.LAYERS));
            network.forward(images(), pass);
            assertEquals(List.of(names), List.copyOf(pass.layers().keySet()));
            Tensor layer = Objects.requireNonNull(pass.layers().get(name));
            assertEquals(DType.FLOAT32, layer.dtype(), name);
            assertEquals(4, layer.dim(), name);
            assertEquals(IMAGES, layer.size(0), name);
            layer.square().sum().backward();
            double largest = 0;
            for (Tensor parameter : network.parameters().trainable()) {
                largest = Math.max(
                        largest,
                        parameter
                                .takeGrad()
                                .map(gradient -> gradient.abs().max().item())
                                .orElse(0.0));
            }
            assertTrue(largest > 0, name + " has no gradient");
        }
    }

    /** ONNX Runtime computes the same from it. */
    public void exports() {
        try (TensorScope _ = TensorScope.open();
                Network network = filled(MemoryFormat.CHANNELS_LAST)) {
            new ExportCheck(factory.name(), network, input.channels(), input.height(), input.width()).passes();
        }
    }

    /** The standard deviation of a parameter's initial values. */
    public double initialDeviation(String parameter) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(MemoryFormat.CONTIGUOUS, CLASSES)) {
            double[] values = network.parameters().stateDict().get(parameter).toDoubles();
            double mean = Arrays.stream(values).average().orElseThrow();
            return Math.sqrt(Arrays.stream(values)
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow());
        }
    }

    private Network build(MemoryFormat format, int classes) {
        return Network.build(
                new Parameters(Device.CPU, format, new RandomStream(1)),
                path -> factory.create(path, input, classes, options));
    }

    private Network filled(MemoryFormat format) {
        Network network = build(format, CLASSES);
        try (GradMode _ = GradMode.disabled()) {
            network.parameters().stateDict().forEach((name, tensor) -> {
                if (tensor.dtype() == DType.FLOAT32) {
                    try (Tensor values = Noise.parameter(name, tensor.shape())) {
                        tensor.copy_(values);
                    }
                }
            });
        }
        return network;
    }

    private Tensor images() {
        return Noise.uniform("images", IMAGES, input.channels(), input.height(), input.width());
    }

    private static Tensor evaluate(Network network, Tensor images, Pass pass) {
        try (GradMode _ = GradMode.disabled()) {
            return network.forward(images, pass);
        }
    }

    private static Tensor backward(Network network, Tensor images) {
        Tensor logits = network.forward(images, Pass.train());
        logits.mul(Noise.uniform("loss", logits.shape())).sum().backward();
        return logits;
    }

    private static void assertGradients(Map<String, Tensor> expected, Network network) {
        double largest = expected.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("gradient."))
                .mapToDouble(entry -> entry.getValue().item())
                .max()
                .orElseThrow();
        network.parameters().stateDict().forEach((name, parameter) -> {
            String key = "gradient." + name;
            assertEquals(expected.containsKey(key), parameter.grad().isPresent(), key);
            parameter.takeGrad().ifPresent(gradient -> {
                Tensor norm = norm(gradient);
                if (expected.get(key).item() == 0) {
                    assertEquals(0, norm.item(), NO_GRADIENT * largest, key);
                } else {
                    assertClose(key, expected, norm, KINKS);
                }
            });
        });
    }

    /** In float64, as float32 loses digits over millions of squares. */
    private static Tensor norm(Tensor gradient) {
        return gradient.to(DType.FLOAT64).square().sum().sqrt();
    }

    private static String state(Network network) {
        return network.parameters().stateDict().entrySet().stream()
                .map(entry ->
                        entry.getKey() + " " + Arrays.toString(entry.getValue().shape()))
                .collect(Collectors.joining("\n"));
    }

    /** @param tolerance relative to the largest value */
    private static void assertClose(String key, Map<String, Tensor> expected, Tensor actual, double tolerance) {
        double[] values = expected.get(key).toDoubles();
        double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        assertArrayEquals(values, actual.toDoubles(), tolerance * largest, key);
    }
}
