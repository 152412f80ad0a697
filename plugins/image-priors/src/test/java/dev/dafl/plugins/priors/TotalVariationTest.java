package dev.dafl.plugins.priors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TotalVariationTest {

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** Value and gradient by PyTorch; see reference.py. */
    @Test
    void isPyTorchs() throws IOException {
        Map<String, Tensor> golden = Safetensors.read(Path.of("src/test/resources/golden/total-variation.safetensors"));
        Tensor images = golden.get("images").copy().requiresGrad_(true);
        Tensor loss = loss(images);
        assertEquals(0, loss.dim());
        assertEquals(DType.FLOAT32, loss.dtype());
        assertEquals(golden.get("value").item(), loss.item(), 1e-6);
        loss.backward();
        assertArrayEquals(
                golden.get("gradient").toFloats(),
                images.takeGrad().orElseThrow().toFloats(),
                1e-7f);
    }

    /** Right 1 and 3, below 3 and 5, to the right below 6, to the left below 2. */
    @Test
    void comparesEachPixelWithFourNeighbours() {
        assertEquals(
                (1 + 3) / 2.0 + (3 + 5) / 2.0 + 6 + 2,
                loss(Tensor.of(new float[] {0, 1, 3, 6}, 1, 1, 2, 2)).item(),
                1e-6);
    }

    @Test
    void imagesWithoutNeighboursAreRefused() {
        Tensor row = Tensor.of(new float[] {1, 2, 3}, 1, 1, 1, 3);
        assertEquals(
                "total-variation compares neighbouring pixels, so that it needs images of 2x2 and larger, not 1x3; leave"
                        + " the loss out",
                assertThrows(IllegalStateException.class, () -> loss(row)).getMessage());
    }

    private static Tensor loss(Tensor images) {
        return new TotalVariation()
                .compute(
                        GeneratedBatch.of(images, images, Normalization.grey(0.5, 0.5))
                                .build(),
                        Plugin.NoOptions.INSTANCE);
    }
}
