package dev.dafl.plugins.lenet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.ExportCheck;
import dev.dafl.checks.NetworkCheck;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeNetTest {

    private static final ImageShape IMAGE = new ImageShape(1, 32, 32);

    /** 61,706 and 15,738: the sum over layers of (inputs * kernel + 1) * outputs. */
    @Test
    void haveThePapersSizes() {
        assertEquals((25 + 1) * 6 + (150 + 1) * 16 + (400 + 1) * 120 + 121 * 84 + 85 * 10, parameters(new LeNet5()));
        assertEquals((25 + 1) * 3 + (75 + 1) * 8 + (200 + 1) * 60 + 61 * 42 + 43 * 10, parameters(new LeNet5Half()));
    }

    @Test
    void giveLogitsAndHandOutTheirFeatures() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new LeNet5Half(), IMAGE)) {
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.FEATURES));
            Tensor logits = network.forward(Tensor.ones(DType.FLOAT32, Device.CPU, 2, 1, 32, 32), pass);
            assertArrayEquals(new long[] {2, 10}, logits.shape());
            assertArrayEquals(new long[] {2, 60}, pass.features().orElseThrow().shape());
        }
    }

    @Test
    void handOutTheirConvolutions() {
        NetworkCheck.of(new LeNet5(), new LeNet5().defaults(), IMAGE, "").handsOutLayers("conv1", "conv2", "conv3");
        NetworkCheck.of(new LeNet5Half(), new LeNet5Half().defaults(), new ImageShape(3, 28, 28), "")
                .handsOutLayers("conv1", "conv2", "conv3");
    }

    /** Padding by the first convolution is the same as padding the image. */
    @Test
    void padImagesOf28() {
        try (TensorScope _ = TensorScope.open();
                Network whole = build(new LeNet5(), IMAGE);
                Network padding = build(new LeNet5(), new ImageShape(1, 28, 28))) {
            Tensor image = Tensor.ones(DType.FLOAT32, Device.CPU, 1, 1, 28, 28);
            assertArrayEquals(
                    whole.forward(Functional.pad2d(image, 2, 2, 2, 2), Pass.evaluate())
                            .toFloats(),
                    padding.forward(image, Pass.evaluate()).toFloats(),
                    1e-5f);
        }
    }

    @Test
    void export() {
        for (ClassifierFactory<?> factory : List.of(new LeNet5(), new LeNet5Half())) {
            try (TensorScope _ = TensorScope.open();
                    Network network = build(factory, IMAGE)) {
                new ExportCheck(factory.name(), network, 1, 32, 32).passes();
            }
        }
    }

    @Test
    void haveTheNamesOfAPlainPyTorchModule() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(new LeNet5(), IMAGE)) {
            assertEquals(
                    List.of(
                            "conv1.weight",
                            "conv1.bias",
                            "conv2.weight",
                            "conv2.bias",
                            "conv3.weight",
                            "conv3.bias",
                            "fc1.weight",
                            "fc1.bias",
                            "fc2.weight",
                            "fc2.bias"),
                    List.copyOf(network.parameters().stateDict().keySet()));
        }
    }

    @Test
    void refuseImagesOfAnotherSizeAndSayWhatToDo() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> build(new LeNet5(), new ImageShape(1, 30, 30)))
                .getMessage();
        assertEquals("lenet5 takes images of 32x32 or 28x28, not 30x30; set data.image-size: 32", message);
    }

    private static long parameters(ClassifierFactory<?> factory) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(factory, IMAGE)) {
            return network.parameters().count();
        }
    }

    private static <O extends Record> Network build(ClassifierFactory<O> factory, ImageShape input) {
        return Network.build(
                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                path -> factory.create(path, input, 10, factory.defaults()));
    }
}
