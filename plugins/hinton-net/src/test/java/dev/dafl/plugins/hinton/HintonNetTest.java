package dev.dafl.plugins.hinton;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.checks.NetworkCheck;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin.NoOptions;
import dev.dafl.tensor.MemoryFormat;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HintonNetTest {

    private static final ImageShape MNIST = new ImageShape(1, 28, 28);

    private final NetworkCheck<NoOptions> whole = NetworkCheck.of(new Hinton(), NoOptions.INSTANCE, MNIST, "hinton");
    private final NetworkCheck<NoOptions> half =
            NetworkCheck.of(new HintonHalf(), NoOptions.INSTANCE, MNIST, "hinton-half");

    /** The paper's table 1 has about 2.4M and 1.28M. */
    @Test
    void haveThePapersSizes() {
        assertEquals((784 + 1) * 1200 + (1200 + 1) * 1200 + (1200 + 1) * 10, whole.parameters(10));
        assertEquals((784 + 1) * 800 + (800 + 1) * 800 + (800 + 1) * 10, half.parameters(10));
        assertEquals(half.parameters(10) + 2 * 801, half.parameters(12));
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void matchPyTorch(MemoryFormat format) throws IOException {
        whole.matchesPyTorch(format);
        half.matchesPyTorch(format);
    }

    @ParameterizedTest
    @EnumSource(MemoryFormat.class)
    void workInBfloat16(MemoryFormat format) throws IOException {
        whole.worksInBfloat16(format);
        half.worksInBfloat16(format);
    }

    @Test
    void export() {
        whole.exports();
        half.exports();
    }

    @Test
    void takeImagesOfAnyShape() throws IOException {
        NetworkCheck.of(new HintonHalf(), NoOptions.INSTANCE, new ImageShape(3, 5, 7), "hinton-half-colour")
                .matchesPyTorch(MemoryFormat.CHANNELS_LAST);
    }
}
