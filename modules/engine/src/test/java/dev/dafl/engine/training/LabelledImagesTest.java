package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledImagesTest {

    @TempDir
    private Path folder;

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

    @Test
    void paddingLeavesImagesAsTheyAreInTheMiddle() {
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        try (TensorScope _ = TensorScope.open()) {
            Split split = new Split(Tensor.of(pixels, 1, 1, 2, 3), Tensor.of(new long[] {0}, 1));
            Normalization bytes = Normalization.grey(0, 1 / 255.0);
            assertArrayEquals(
                    new float[] {0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0}, // odd: more at the right
                    new LabelledImages(split, bytes, new ImageShape(1, 4, 4), Device.CPU)
                            .fitted(Fit.PAD)
                            .images(0, 1)
                            .toFloats(),
                    1e-5f);
            assertArrayEquals(
                    new float[] {1, 2, 3, 4, 5, 6, 0, 0, 0}, // odd: more at the bottom
                    new LabelledImages(split, bytes, new ImageShape(1, 3, 3), Device.CPU)
                            .fitted(Fit.PAD)
                            .images(0, 1)
                            .toFloats(),
                    1e-5f);
            assertArrayEquals(
                    new float[] {(0 - 0.5f) / 0.25f, (1 / 255f - 0.5f) / 0.25f}, // black, and then normalised
                    Arrays.copyOfRange(
                            new LabelledImages(
                                            split, Normalization.grey(0.5, 0.25), new ImageShape(1, 4, 4), Device.CPU)
                                    .fitted(Fit.PAD)
                                    .images(0, 1)
                                    .toFloats(),
                            3,
                            5),
                    1e-5f);
        }
    }

    /** Against torchvision's Resize and CenterCrop: {@code src/test/python/crop.py}. */
    @Test
    void croppingTakesTheMiddleOfTheShorterSide() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> golden = Safetensors.read(Path.of("src/test/resources/golden/crop.safetensors"));
            int compared = 0;
            for (String stored : golden.keySet()) {
                if (!stored.startsWith("stored ")) {
                    continue;
                }
                Tensor images = golden.get(stored);
                Split split = new Split(images, Tensor.of(new long[2], 2));
                for (int size : new int[] {4, 7, 8, 12}) {
                    Tensor cropped = new LabelledImages(
                                    split,
                                    new Normalization(List.of(0.0, 0.0, 0.0), List.of(1 / 255.0, 1 / 255.0, 1 / 255.0)),
                                    new ImageShape(3, size, size),
                                    Device.CPU)
                            .fitted(Fit.CROP)
                            .images(0, 2);
                    Tensor expected = golden.get("cropped " + stored.substring(7) + " to " + size);
                    assertArrayEquals(expected.shape(), cropped.shape());
                    assertArrayEquals(expected.toFloats(), cropped.toFloats(), 1e-3f, stored + " to " + size);
                    compared++;
                }
            }
            assertEquals(20, compared);
        }
    }

    @Test
    void imagesMayBeLargerThanAnArrayOfJavas() throws IOException {
        Path file = folder.resolve("sparse");
        long count = 3L << 20; // of 32x32: 3 GB that take no room
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(count << 10);
            sparse.seek((count - 1) << 10);
            sparse.write(255);
        }
        try (TensorScope _ = TensorScope.open()) {
            Split split = new Split(
                    Tensor.mapped(file, 0, DType.UINT8, count, 1, 32, 32),
                    Tensor.zeros(DType.INT64, Device.CPU, count));
            LabelledImages images =
                    new LabelledImages(split, Normalization.grey(0, 1), new ImageShape(1, 32, 32), Device.CPU);
            assertEquals(1, images.images(count - 2, 2).sum().item(), 1e-6);
            assertEquals(
                    1,
                    images.batch(new long[] {count - 1, 5}, new Random(1))
                            .images()
                            .sum()
                            .item(),
                    1e-6);
        }
    }

    /** One image of 2x2, shown in {@code size} times {@code size}. */
    private static LabelledImages white(int size) {
        byte[] pixels = {(byte) 255, (byte) 255, (byte) 255, (byte) 255};
        Split split = new Split(Tensor.of(pixels, 1, 1, 2, 2), Tensor.of(new long[] {0}, 1));
        return new LabelledImages(split, Normalization.grey(0.5, 0.5), new ImageShape(1, size, size), Device.CPU);
    }
}
