package dev.dafl.plugins.wideresnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.plugins.wideresnet.WideResNet.Options;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.MemoryFormat;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WideResNetTest {

    /** What PyTorch counts; the paper's table has 0.6M for 40-1 and 2.2M for 40-2. */
    @ParameterizedTest
    @CsvSource({"16, 1, 175066", "16, 2, 691674", "40, 1, 563930", "40, 2, 2243546"})
    void hasTheKnownSize(int depth, int width, long parameters) {
        assertEquals(parameters, check(depth, width).parameters(10));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 1, CONTIGUOUS",
        "16, 1, CHANNELS_LAST",
        "16, 2, CONTIGUOUS",
        "16, 2, CHANNELS_LAST",
        "40, 1, CHANNELS_LAST",
        "40, 2, CONTIGUOUS"
    })
    void matchesPyTorch(int depth, int width, MemoryFormat format) throws IOException {
        check(depth, width).matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void worksInBfloat16(MemoryFormat format) throws IOException {
        check(16, 2).worksInBfloat16(format);
        check(40, 2).worksInBfloat16(format);
    }

    @Test
    void exports() {
        check(16, 1).exports();
        check(40, 2).exports();
    }

    /** He: normal, with the variance 2 / (out * kernel * kernel). */
    @Test
    void beginsAsThePaperDoes() {
        assertEquals(Math.sqrt(2.0 / (128 * 9)), check(40, 2).initialDeviation("block3.layer.1.conv1.weight"), 5e-4);
        assertEquals(Math.sqrt(2.0 / 128), check(40, 2).initialDeviation("block3.layer.0.convShortcut.weight"), 5e-3);
    }

    @Test
    void refusesDepthsThatDoNotMakeWholeBlocks() {
        String message = assertThrows(IllegalArgumentException.class, () -> new Options(18, 2))
                .getMessage();
        assertEquals("depth must be 6n + 4 (10, 16, 22, 28, 34, 40, ...), not 18", message);
        assertThrows(IllegalArgumentException.class, () -> new Options(4, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(-2, 2));
        assertThrows(IllegalArgumentException.class, () -> new Options(16, 0));
    }

    @Test
    void refusesImagesThatAreTooSmall() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> NetworkCheck.of(
                                        new WideResNet(),
                                        new Options(16, 1),
                                        new ImageShape(3, 3, 32),
                                        "wide-resnet-16-1")
                                .parameters(10))
                .getMessage();
        assertEquals("wide-resnet takes images of 4x4 and larger, not 3x32; set data.image-size: 32", message);
    }

    private static NetworkCheck<Options> check(int depth, int width) {
        return NetworkCheck.of(
                new WideResNet(),
                new Options(depth, width),
                new ImageShape(3, 32, 32),
                "wide-resnet-" + depth + "-" + width);
    }
}
