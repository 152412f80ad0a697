package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class LabelledImagesTest {

    @Test
    void aBorderIsBlackAndTheImageFillsTheRest() {
        try (TensorScope _ = TensorScope.open()) {
            LabelledImages images = white(4).within(1);
            // (0 - 0.5) / 0.5 where it is black, (1 - 0.5) / 0.5 where it is white.
            assertArrayEquals(
                    new float[] {-1, -1, -1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, -1, -1, -1},
                    images.images(0, 1).toFloats(),
                    1e-6f);
            assertArrayEquals(
                    white(4).images(0, 1).toFloats(),
                    white(4).within(0).images(0, 1).toFloats());
        }
    }

    @Test
    void aBorderLeavesRoom() {
        try (TensorScope _ = TensorScope.open()) {
            LabelledImages images = white(4);
            assertEquals(
                    "a border of 2 pixels leaves no room in images of 4x4; it is 0 or more and less than half of them",
                    assertThrows(IllegalArgumentException.class, () -> images.within(2))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> images.within(-1));
        }
    }

    /** One image of 2x2, shown in {@code size} times {@code size}. */
    private static LabelledImages white(int size) {
        byte[] pixels = {(byte) 255, (byte) 255, (byte) 255, (byte) 255};
        Split split = new Split(Tensor.of(pixels, 1, 1, 2, 2), Tensor.of(new long[] {0}, 1));
        return new LabelledImages(split, Normalization.grey(0.5, 0.5), new ImageShape(1, size, size), Device.CPU);
    }
}
