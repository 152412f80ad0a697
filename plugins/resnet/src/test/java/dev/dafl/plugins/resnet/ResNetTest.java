package dev.dafl.plugins.resnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.tensor.MemoryFormat;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResNetTest {

    private static final ImageShape CIFAR = new ImageShape(3, 32, 32);

    private final NetworkCheck<NoOptions> small =
            NetworkCheck.of(new ResNet18(), NoOptions.INSTANCE, CIFAR, "resnet18");
    private final NetworkCheck<NoOptions> large =
            NetworkCheck.of(new ResNet34(), NoOptions.INSTANCE, CIFAR, "resnet34");

    /** What torchvision's networks count with a 3x3 stem. */
    @Test
    void haveTheKnownSizes() {
        assertEquals(11_173_962, small.parameters(10));
        assertEquals(11_173_962 + 90 * 513, small.parameters(100));
        assertEquals(21_282_122, large.parameters(10));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchPyTorch(MemoryFormat format) throws IOException {
        small.matchesPyTorch(format);
        large.matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void workInBfloat16(MemoryFormat format) throws IOException {
        small.worksInBfloat16(format);
        large.worksInBfloat16(format);
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginAsTorchvisionDoes() {
        assertEquals(Math.sqrt(2.0 / (512 * 9)), small.initialDeviation("layer4.0.conv1.weight"), 1e-4);
        assertEquals(Math.sqrt(2.0 / 512), small.initialDeviation("layer4.0.downsample.0.weight"), 1e-3);
    }

    @Test
    void refuseImagesThatAreTooSmall() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkCheck.of(new ResNet18(), NoOptions.INSTANCE, new ImageShape(3, 32, 7), "resnet18")
                                .parameters(10))
                .getMessage();
        assertEquals("resnet18 takes images of 8x8 and larger, not 32x7; set data.image-size: 32", message);
    }
}
