package dev.dafl.plugins.vgg;

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

class VggTest {

    private final NetworkCheck<NoOptions> vgg11 =
            NetworkCheck.of(new Vgg11(), NoOptions.INSTANCE, new ImageShape(3, 32, 32), "vgg11");

    /** What torchvision's vgg11_bn counts with one linear layer for its classifier. */
    @Test
    void hasTheKnownSize() {
        assertEquals(9_231_114, vgg11.parameters(10));
        assertEquals(9_231_114 + 90 * 513, vgg11.parameters(100));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchesPyTorch(MemoryFormat format) throws IOException {
        vgg11.matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void worksInBfloat16(MemoryFormat format) throws IOException {
        vgg11.worksInBfloat16(format);
    }

    @Test
    void exports() {
        vgg11.exports();
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginsAsTorchvisionDoes() {
        assertEquals(Math.sqrt(2.0 / (512 * 9)), vgg11.initialDeviation("features.25.weight"), 1e-4);
        assertEquals(0, vgg11.initialDeviation("features.25.bias"));
    }

    @Test
    void refusesImagesOfAnotherSize() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkCheck.of(new Vgg11(), NoOptions.INSTANCE, new ImageShape(3, 28, 32), "vgg11")
                                .parameters(10))
                .getMessage();
        assertEquals("vgg11 takes images of 32x32, not 28x32; set data.image-size: 32", message);
    }
}
