package dev.dafl.plugins.resnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.plugins.resnet.CifarResNet.Options;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.MemoryFormat;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResNetTest {

    private static final ImageShape CIFAR = new ImageShape(3, 32, 32);
    private static final double DEEP = 5e-4;
    private static final Options PROJECTION = new Options(Shortcut.PROJECTION);

    private final NetworkCheck<?> resnet18 = check(new ResNet18(), "resnet18");
    private final NetworkCheck<?> resnet34 = check(new ResNet34(), "resnet34");
    /** PyTorch's own two memory formats are up to 1.3e-4 apart with ResNet-50, whatever the size of the images. */
    private final NetworkCheck<?> resnet50 = check(new ResNet50(), "resnet50").withRounding(DEEP);

    private final NetworkCheck<?> imagenet18 = NetworkCheck.of(
            new ResNet18(), new ResNet18.Options(Stem.IMAGENET), new ImageShape(3, 48, 64), "resnet18-imagenet");
    private final NetworkCheck<?> imagenet50 = NetworkCheck.of(
                    new ResNet50(), new ResNet50.Options(Stem.IMAGENET), new ImageShape(3, 64, 64), "resnet50-imagenet")
            .withRounding(DEEP);
    private final NetworkCheck<?> resnet20 = check(new ResNet20(), "resnet20");
    private final NetworkCheck<?> resnet32 = check(new ResNet32(), "resnet32");
    private final NetworkCheck<?> resnet56 = check(new ResNet56(), "resnet56");
    private final NetworkCheck<?> projected20 =
            NetworkCheck.of(new ResNet20(), PROJECTION, CIFAR, "resnet20-projection");
    private final NetworkCheck<?> projected56 =
            NetworkCheck.of(new ResNet56(), PROJECTION, CIFAR, "resnet56-projection");

    /** What torchvision's networks count, those of ImageNet with its 1,000 classes. */
    @Test
    void haveTheKnownSizes() {
        assertEquals(11_173_962, resnet18.parameters(10));
        assertEquals(11_173_962 + 90 * 513, resnet18.parameters(100));
        assertEquals(21_282_122, resnet34.parameters(10));
        assertEquals(11_689_512, imagenet18.parameters(1000));
        assertEquals(25_557_032, imagenet50.parameters(1000));
    }

    /** The paper's table 6 has 0.27M, 0.46M and 0.85M; projections add two 1x1 convolutions with their batch norms. */
    @Test
    void haveThePapersSizes() {
        assertEquals(269_722, resnet20.parameters(10));
        assertEquals(464_154, resnet32.parameters(10));
        assertEquals(853_018, resnet56.parameters(10));
        int projections = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
        assertEquals(269_722 + projections, projected20.parameters(10));
        assertEquals(853_018 + projections, projected56.parameters(10));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchPyTorch(MemoryFormat format) throws IOException {
        for (NetworkCheck<?> network : List.of(
                resnet18,
                resnet34,
                resnet50,
                imagenet18,
                imagenet50,
                resnet20,
                resnet32,
                resnet56,
                projected20,
                projected56)) {
            network.matchesPyTorch(format);
        }
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void workInBfloat16(MemoryFormat format) throws IOException {
        for (NetworkCheck<?> network : List.of(resnet18, resnet34, imagenet50, resnet20, projected56)) {
            network.worksInBfloat16(format);
        }
    }

    @Test
    void handOutTheirStages() {
        resnet18.handsOutLayers("layer1", "layer2", "layer3", "layer4");
        imagenet50.handsOutLayers("layer1", "layer2", "layer3", "layer4");
        resnet20.handsOutLayers("layer1", "layer2", "layer3");
    }

    @Test
    void export() {
        List.of(resnet18, imagenet50, resnet20, projected20).forEach(NetworkCheck::exports);
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginAsTorchvisionDoes() {
        assertEquals(Math.sqrt(2.0 / (512 * 9)), resnet18.initialDeviation("layer4.0.conv1.weight"), 1e-4);
        assertEquals(Math.sqrt(2.0 / 512), resnet18.initialDeviation("layer4.0.downsample.0.weight"), 1e-3);
        assertEquals(Math.sqrt(2.0 / (64 * 49)), imagenet18.initialDeviation("conv1.weight"), 1e-3);
        assertEquals(Math.sqrt(2.0 / 2048), resnet50.initialDeviation("layer4.2.conv3.weight"), 1e-3);
    }

    @Test
    void refuseImagesThatAreTooSmall() {
        assertRefused(
                "resnet18 takes images of 8x8 and larger, not 32x7; set data.image-size: 32",
                NetworkCheck.of(new ResNet18(), new ResNet18().defaults(), new ImageShape(3, 32, 7), ""));
        assertRefused(
                "resnet50 takes images of 32x32 and larger, not 31x40; set data.image-size: 32",
                NetworkCheck.of(new ResNet50(), new ResNet50.Options(Stem.IMAGENET), new ImageShape(3, 31, 40), ""));
        assertRefused(
                "resnet20 takes images of 4x4 and larger, not 3x4; set data.image-size: 32",
                NetworkCheck.of(new ResNet20(), PROJECTION, new ImageShape(3, 3, 4), ""));
    }

    private static void assertRefused(String message, NetworkCheck<?> network) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> network.parameters(10))
                        .getMessage());
    }

    private static <O extends Record> NetworkCheck<O> check(ClassifierFactory<O> factory, String golden) {
        return NetworkCheck.of(factory, factory.defaults(), CIFAR, golden);
    }
}
