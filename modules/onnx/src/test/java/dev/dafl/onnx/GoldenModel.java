package dev.dafl.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An ONNX file beside what PyTorch computes with the network that it was exported from; {@code models.py} writes both.
 *
 * @param file {@code NAME.EXPORTER.onnx}
 */
record GoldenModel(Path file) {

    /** Of logits, relative to the largest. */
    static final double LOGITS = 1e-4;

    /** Of gradients, by their lengths: where rounding moves a value across a kink, a few places differ by more. */
    static final double GRADIENTS = 1e-3;

    /**
     * How far two networks are apart.
     *
     * @param allowed of the gradient: where PyTorch's own differ by more from those in float64, twice that
     */
    record Distance(double logits, double gradient, double allowed) {}

    Map<String, Tensor> golden() throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\..*", "");
        return Safetensors.read(file.resolveSibling(name + ".safetensors"));
    }

    Network network(MemoryFormat format, Tensor images, int classes) throws IOException {
        OnnxModel model = OnnxModel.read(file);
        Parameters parameters = new Parameters(Device.CPU, format, new RandomStream(1));
        return Network.build(
                parameters,
                path -> model.network(
                        path, (int) images.size(1), (int) images.size(2), (int) images.size(3), classes, Weights.FILE));
    }

    /**
     * Holds the network's logits against ONNX Runtime's and PyTorch's, and its gradient to the images against PyTorch's, as a
     * teacher whose parameters are frozen; and no tensor is left.
     */
    Distance check(MemoryFormat format) throws IOException, OrtException {
        long before = Tensor.liveCount();
        Distance distance;
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = golden();
            Tensor images = golden.get("images").requiresGrad_(true);
            Tensor expected = golden.get("logits");
            try (Network network = network(format, images, (int) expected.size(1))) {
                network.parameters().freeze();
                Tensor logits = network.forward(laidOut(images, format), Pass.evaluate());
                assertArrayEquals(expected.shape(), logits.shape());
                double fromPyTorch = distance(expected, logits);
                double fromRuntime = distance(runtime(images, logits), logits);
                logits.mul(golden.get("weights")).sum().backward();
                Tensor gradient = images.takeGrad().orElseThrow();
                distance = new Distance(
                        Math.max(fromPyTorch, fromRuntime), apart(golden.get("gradient"), gradient), allowed(golden));
                assertTrue(distance.logits() < LOGITS, file + ": logits " + distance);
                assertTrue(distance.gradient() < distance.allowed(), file + ": gradient " + distance);
                network.parameters()
                        .stateDict()
                        .forEach(
                                (name, parameter) -> assertTrue(parameter.grad().isEmpty(), name));
            }
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
        return distance;
    }

    private static double allowed(Map<String, Tensor> golden) {
        Tensor rounding = golden.get("rounding");
        return rounding == null ? GRADIENTS : Math.max(GRADIENTS, 2 * rounding.item());
    }

    /** Each image's logits are the same whatever other images are in its batch. */
    void checkBatches() throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Map<String, Tensor> golden = golden();
            Tensor two = golden.get("images");
            Tensor expected = golden.get("logits");
            try (Network network = network(MemoryFormat.CONTIGUOUS, two, (int) expected.size(1))) {
                for (int count : new int[] {1, 2, 7, 2, 1, 16, 7}) {
                    long[] which = new long[count];
                    Arrays.setAll(which, i -> i % 2);
                    Tensor index = Tensor.of(which, count);
                    Tensor logits = network.forward(two.indexSelect(0, index), Pass.evaluate());
                    assertTrue(
                            distance(expected.indexSelect(0, index), logits) < LOGITS,
                            file + " in batches of " + count);
                }
            }
        }
    }

    private static Tensor laidOut(Tensor images, MemoryFormat format) {
        return format == MemoryFormat.CHANNELS_LAST ? images.contiguous(format) : images;
    }

    /** What ONNX Runtime computes; logits of it, or probabilities held against the softmax of ours. */
    private Tensor runtime(Tensor images, Tensor ours) throws OrtException {
        try (Runtime runtime = Runtime.of(file)) {
            Tensor given = images.detach();
            Tensor fed =
                    runtime.isChannelsLast() ? given.permute(0, 2, 3, 1) : runtime.isFlat() ? given.flatten(1) : given;
            Tensor theirs = runtime.one()
                    ? Functional.cat(List.of(runtime.run(fed.narrow(0, 0, 1)), runtime.run(fed.narrow(0, 1, 1))), 0)
                    : runtime.run(fed);
            boolean probabilities = theirs.sum(false, 1).sub(1).abs().max().item() < 1e-4;
            // So that both can be compared to one of logits: the logarithm is one up to a number for each image.
            return probabilities ? theirs.log().add(ours.detach().logsumexp(true, 1)) : theirs;
        }
    }

    static double distance(Tensor expected, Tensor actual) {
        double largest = expected.detach().abs().max().item();
        return actual.detach().sub(expected.detach()).abs().max().item() / largest;
    }

    /** The length of the difference by that of the first. */
    static double apart(Tensor expected, Tensor actual) {
        double difference =
                actual.detach().sub(expected.detach()).square().sum().item();
        return Math.sqrt(difference / expected.detach().square().sum().item());
    }
}
