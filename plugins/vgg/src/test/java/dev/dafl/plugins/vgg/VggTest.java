package dev.dafl.plugins.vgg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Dropout;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VggTest {

    private static final ImageShape CIFAR = new ImageShape(3, 32, 32);
    private static final VggOptions PLAIN = new VggOptions(false, Head.SMALL);
    private static final VggOptions IMAGENET = new VggOptions(true, Head.IMAGENET);
    private static final VggOptions IMAGENET_PLAIN = new VggOptions(false, Head.IMAGENET);

    private final NetworkCheck<VggOptions> vgg11 = NetworkCheck.of(new Vgg11(), new Vgg11().defaults(), CIFAR, "vgg11");
    private final NetworkCheck<VggOptions> plain11 = NetworkCheck.of(new Vgg11(), PLAIN, CIFAR, "vgg11-plain");
    private final NetworkCheck<VggOptions> vgg16 = NetworkCheck.of(new Vgg16(), new Vgg16().defaults(), CIFAR, "vgg16");
    private final NetworkCheck<VggOptions> plain16 = NetworkCheck.of(new Vgg16(), PLAIN, CIFAR, "vgg16-plain");
    private final NetworkCheck<VggOptions> narrow = narrow(IMAGENET, 3, 64, 96, "narrow");
    private final NetworkCheck<VggOptions> plainNarrow = narrow(IMAGENET_PLAIN, 1, 32, 40, "narrow-plain");
    private final NetworkCheck<VggOptions> largeNarrow = narrow(IMAGENET, 3, 224, 224, "narrow-large");

    /** What torchvision's networks count with one linear layer for their classifiers. */
    @Test
    void haveTheKnownSizes() {
        assertEquals(9_231_114, vgg11.parameters(10));
        assertEquals(9_231_114 + 90 * 513, vgg11.parameters(100));
        assertEquals(9_225_610, plain11.parameters(10));
        assertEquals(14_728_266, vgg16.parameters(10));
        assertEquals(14_719_818, plain16.parameters(10));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchPyTorch(MemoryFormat format) throws IOException {
        for (NetworkCheck<?> network : List.of(vgg11, plain11, vgg16, narrow, plainNarrow)) {
            network.matchesPyTorch(format);
        }
    }

    @Test
    void matchPyTorchOnImagesOfImageNetsSize() throws IOException {
        largeNarrow.matchesPyTorch(MemoryFormat.CHANNELS_LAST);
    }

    @Test
    void theDeepestWithoutBatchNormMatchesPyTorch() throws IOException {
        plain16.matchesPyTorch(MemoryFormat.CHANNELS_LAST);
    }

    @ParameterizedTest
    @CsvSource({"vgg11, 11, false", "vgg11_bn, 11, true", "vgg16, 16, false", "vgg16_bn, 16, true"})
    void haveTorchvisionsNames(String torchvision, int depth, boolean batchNorm) throws IOException {
        ClassifierFactory<VggOptions> factory = depth == 11 ? new Vgg11() : new Vgg16();
        VggOptions options = new VggOptions(batchNorm, Head.IMAGENET);
        NetworkCheck.of(factory, options, new ImageShape(3, 224, 224), "").hasTheNamesOf(torchvision, 1000);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void workInBfloat16(MemoryFormat format) throws IOException {
        vgg11.worksInBfloat16(format);
        narrow.worksInBfloat16(format);
    }

    @Test
    void handOutTheirStages() {
        plain11.handsOutLayers("stage1", "stage2", "stage3", "stage4", "stage5");
        narrow.handsOutLayers("stage1", "stage2", "stage3", "stage4", "stage5");
    }

    @Test
    void export() {
        List.of(vgg11, vgg16, narrow, plainNarrow).forEach(NetworkCheck::exports);
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginAsTorchvisionDoes() {
        assertEquals(Math.sqrt(2.0 / (512 * 9)), vgg11.initialDeviation("features.25.weight"), 1e-4);
        assertEquals(0, vgg11.initialDeviation("features.25.bias"));
        assertEquals(0.01, narrow.initialDeviation("classifier.0.weight"), 1e-4);
        assertEquals(0, narrow.initialDeviation("classifier.0.bias"));
    }

    /** One number after another is drawn for the first hidden layer, then for the second. */
    @Test
    void dropHalfOfTheHiddenUnitsInTraining() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                        path -> new NarrowVgg().create(path, CIFAR, 10, IMAGENET_PLAIN))) {
            Tensor images =
                    Initializer.uniform(1).values(new long[] {4, 3, 32, 32}, new RandomStream(2).at("images", 0));
            Pass pass = Pass.train(numbers()).recording(Set.of(Recorded.FEATURES));
            float[] trained = network.forward(images, pass).toFloats();
            Tensor features = pass.features().orElseThrow();
            Map<String, Tensor> state = network.parameters().stateDict();
            Pass same = Pass.train(numbers());
            Dropout half = new Dropout(0.5);
            Tensor hidden =
                    half.forward(linear(state, 0).forward(features, same).relu(), same);
            hidden = half.forward(linear(state, 3).forward(hidden, same).relu(), same);
            assertArrayEquals(linear(state, 6).forward(hidden, same).toFloats(), trained);
            assertFalse(Arrays.equals(
                    trained, network.forward(images, Pass.evaluate()).toFloats()));
        }
    }

    private static RandomGenerator numbers() {
        return new RandomStream(3).at("dropout", 0);
    }

    private static Linear linear(Map<String, Tensor> state, int number) {
        String layer = "classifier." + number;
        return new Linear(state.get(layer + ".weight"), Optional.of(state.get(layer + ".bias")));
    }

    @Test
    void refuseImagesOfAnotherSize() {
        assertRefused(
                "vgg11 takes images of 32x32, not 28x32; set data.image-size: 32",
                NetworkCheck.of(new Vgg11(), new Vgg11().defaults(), new ImageShape(3, 28, 32), ""));
        assertRefused(
                "vgg16 takes images of 32x32, not 32x64; set data.image-size: 32",
                NetworkCheck.of(new Vgg16(), PLAIN, new ImageShape(3, 32, 64), ""));
        assertRefused(
                "vgg16 takes images of 32x32 and larger, not 64x31; set data.image-size: 224",
                NetworkCheck.of(new Vgg16(), IMAGENET, new ImageShape(3, 64, 31), ""));
    }

    private static void assertRefused(String message, NetworkCheck<?> network) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> network.parameters(10))
                        .getMessage());
    }

    private static NetworkCheck<VggOptions> narrow(
            VggOptions options, int channels, int height, int width, String golden) {
        return NetworkCheck.of(new NarrowVgg(), options, new ImageShape(channels, height, width), golden);
    }
}
