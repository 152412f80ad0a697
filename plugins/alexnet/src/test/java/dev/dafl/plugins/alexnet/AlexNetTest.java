package dev.dafl.plugins.alexnet;

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

class AlexNetTest {

    private final NetworkCheck<NoOptions> whole =
            NetworkCheck.of(new AlexNet(), NoOptions.INSTANCE, new ImageShape(3, 64, 64), "alexnet");
    private final NetworkCheck<NoOptions> half =
            NetworkCheck.of(new AlexNetHalf(), NoOptions.INSTANCE, new ImageShape(3, 128, 96), "alexnet-half");

    /** 61,100,840 is what torchvision gives for its AlexNet with ImageNet's 1000 classes. */
    @Test
    void haveTheKnownSizes() {
        assertEquals(61_100_840, whole.parameters(1000));
        assertEquals(14_279_594, half.parameters(10));
    }

    @Test
    void matchesPyTorch() throws IOException {
        whole.matchesPyTorch(MemoryFormat.CHANNELS_LAST);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void halfMatchesPyTorch(MemoryFormat format) throws IOException {
        half.matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void halfWorksInBfloat16(MemoryFormat format) throws IOException {
        half.worksInBfloat16(format);
    }

    @Test
    void handsOutItsConvolutions() {
        smallest(63, 64).handsOutLayers("conv1", "conv2", "conv3", "conv4", "conv5");
    }

    /** Of these sizes one pools up from a single pixel, one by uneven windows, and one not at all. */
    @Test
    void export() {
        half.exports();
        whole.exports();
        smallest(223, 224).exports();
    }

    @Test
    void takeImagesFrom63PixelsOn() {
        assertEquals(14_279_594, smallest(63, 63).parameters(10));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> smallest(62, 64).parameters(10))
                .getMessage();
        assertEquals("alexnet-half takes images of 63x63 and larger, not 62x64; set data.image-size: 64", message);
    }

    private static NetworkCheck<NoOptions> smallest(int height, int width) {
        return NetworkCheck.of(new AlexNetHalf(), NoOptions.INSTANCE, new ImageShape(3, height, width), "alexnet-half");
    }
}
