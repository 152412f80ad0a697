package dev.dafl.plugins.mobilenetv2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.plugins.mobilenetv2.MobileNetV2.Options;
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
import org.junit.jupiter.params.provider.ValueSource;

class MobileNetV2Test {

    private static final ImageShape CIFAR = new ImageShape(3, 32, 32);
    /** 53 layers: PyTorch's own logits in bf16 are up to 12 % from those in float32. */
    private static final double BFLOAT16 = 0.2;

    private static final Options NARROW = new Options(Stem.SMALL, 0.35);

    private final NetworkCheck<Options> small =
            NetworkCheck.of(new MobileNetV2(), new MobileNetV2().defaults(), CIFAR, "mobilenet-v2");
    private final NetworkCheck<Options> narrow =
            NetworkCheck.of(new MobileNetV2(), NARROW, new ImageShape(1, 28, 28), "mobilenet-v2-narrow");
    private final NetworkCheck<Options> imagenet = NetworkCheck.of(
            new MobileNetV2(), new Options(Stem.IMAGENET, 1), new ImageShape(3, 96, 64), "mobilenet-v2-imagenet");

    /** What torchvision counts. */
    @ParameterizedTest
    @CsvSource({"1, 3504872", "0.35, 1677128", "1.4, 6108776"})
    void hasTheKnownSize(double width, long parameters) {
        assertEquals(
                parameters,
                NetworkCheck.of(new MobileNetV2(), new Options(Stem.IMAGENET, width), CIFAR, "")
                        .parameters(1000));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchesPyTorch(MemoryFormat format) throws IOException {
        for (NetworkCheck<?> network : List.of(small, narrow, imagenet)) {
            network.matchesPyTorch(format);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.35", "0.75", "1", "1.4"})
    void hasTorchvisionsNames(String width) throws IOException {
        for (Stem stem : Stem.values()) {
            NetworkCheck.of(
                            new MobileNetV2(),
                            new Options(stem, Double.parseDouble(width)),
                            new ImageShape(3, 224, 224),
                            "")
                    .hasTheNamesOf("mobilenet_v2-" + width, 1000);
        }
    }

    /** What torchvision's {@code _make_divisible} gives. */
    @ParameterizedTest
    @CsvSource({"32, 32", "33.6, 32", "11.2, 16", "5.6, 8", "8.4, 8", "12, 16", "18, 24", "134.4, 136", "1, 8", "0.1, 8"
    })
    void channelsAreMultiplesOfEight(double wanted, int channels) {
        assertEquals(channels, MobileNetV2Layers.channels(wanted));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void worksInBfloat16(MemoryFormat format) throws IOException {
        small.withBfloat16(BFLOAT16).worksInBfloat16(format);
        imagenet.withBfloat16(BFLOAT16).worksInBfloat16(format);
    }

    @Test
    void handsOutItsStages() {
        narrow.handsOutLayers("stage1", "stage2", "stage3", "stage4", "stage5", "stage6", "stage7");
    }

    @Test
    void exports() {
        List.of(small, narrow, imagenet).forEach(NetworkCheck::exports);
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel), also where each kernel sees one channel alone. */
    @Test
    void beginsAsTorchvisionDoes() {
        assertEquals(Math.sqrt(2.0 / 1280), small.initialDeviation("features.18.0.weight"), 1e-3);
        assertEquals(Math.sqrt(2.0 / (960 * 9)), small.initialDeviation("features.17.conv.1.0.weight"), 1e-3);
        assertEquals(Math.sqrt(2.0 / 320), small.initialDeviation("features.17.conv.2.weight"), 1e-3);
        assertEquals(0.01, small.initialDeviation("classifier.1.weight"), 5e-4);
        assertEquals(0, small.initialDeviation("classifier.1.bias"));
    }

    @Test
    void dropsAFifthOfTheFeaturesInTraining() {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                Network network = Network.build(
                        new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)),
                        path -> new MobileNetV2().create(path, CIFAR, 10, NARROW))) {
            Tensor images =
                    Initializer.uniform(1).values(new long[] {4, 3, 32, 32}, new RandomStream(2).at("images", 0));
            Pass pass = Pass.train(numbers()).recording(Set.of(Recorded.FEATURES));
            float[] trained = network.forward(images, pass).toFloats();
            Tensor features = pass.features().orElseThrow();
            Tensor dropped = new Dropout(0.2).forward(features, Pass.train(numbers()));
            Map<String, Tensor> state = network.parameters().stateDict();
            Linear classifier =
                    new Linear(state.get("classifier.1.weight"), Optional.of(state.get("classifier.1.bias")));
            assertArrayEquals(classifier.forward(dropped, pass).toFloats(), trained);
            assertFalse(Arrays.equals(classifier.forward(features, pass).toFloats(), trained));
        }
    }

    private static RandomGenerator numbers() {
        return new RandomStream(3).at("dropout", 0);
    }

    @Test
    void refusesWidthsThatAreNone() {
        assertEquals(
                "width must be above 0 and at most 10, not 0.0",
                assertThrows(IllegalArgumentException.class, () -> new Options(Stem.SMALL, 0))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Options(Stem.SMALL, 10.5));
        assertThrows(IllegalArgumentException.class, () -> new Options(Stem.SMALL, Double.NaN));
    }

    @Test
    void refusesImagesThatAreTooSmall() {
        assertRefused(
                "mobilenet-v2 takes images of 8x8 and larger, not 7x32; set data.image-size: 32",
                NetworkCheck.of(new MobileNetV2(), NARROW, new ImageShape(3, 7, 32), ""));
        assertRefused(
                "mobilenet-v2 takes images of 32x32 and larger, not 32x28; set data.image-size: 32",
                NetworkCheck.of(new MobileNetV2(), new Options(Stem.IMAGENET, 1), new ImageShape(3, 32, 28), ""));
    }

    private static void assertRefused(String message, NetworkCheck<?> network) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> network.parameters(10))
                        .getMessage());
    }
}
