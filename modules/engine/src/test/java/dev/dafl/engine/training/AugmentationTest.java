package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {

    private static final int COUNT = 64;

    /** Every crop of a small image, mirrored or not, is one of those that can be cut out by hand, and nearly all come up. */
    @Test
    void cutsAndMirrorsEachImageForItself() {
        try (TensorScope _ = TensorScope.open()) {
            byte[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
            byte[] all = new byte[COUNT * image.length];
            for (int i = 0; i < COUNT; i++) {
                System.arraycopy(image, 0, all, i * image.length, image.length);
            }
            // Two channels of 2x3.
            Tensor images = Tensor.of(all, COUNT, 2, 2, 3);
            byte[] cut = new Augmentation(new AugmentConfig(1, true, 0, 0.0))
                    .of(images, new RandomStream(3).at("augment", 0))
                    .toBytes();
            Set<String> possible = possible(image);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < COUNT; i++) {
                String one = text(cut, i * image.length, image.length);
                assertTrue(possible.contains(one), one);
                seen.add(one);
            }
            assertEquals(18, possible.size());
            assertTrue(seen.size() > 12, seen.size() + " of 18");
        }
    }

    @Test
    void withoutAnythingToDoImagesStay() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.of(new byte[] {1, 2, 3, 4}, 1, 1, 2, 2);
            assertArrayEquals(
                    images.toBytes(),
                    new Augmentation(new AugmentConfig(0, false, 0, 0.0))
                            .of(images, new RandomStream(3).at("augment", 0))
                            .toBytes());
        }
    }

    /** An image of one brightness stays whatever is done to it, any other changes, and both are no bytes any more. */
    @Test
    void distortsEachImageForItself() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.of(new byte[] {7, 7, 7, 7, 1, 2, 3, 4, 1, 2, 3, 4}, 3, 1, 2, 2);
            Augmentation augmentation = new Augmentation(new AugmentConfig(0, false, 0, 0.5));
            Tensor distorted = augmentation.of(images, new RandomStream(3).at("augment", 0));
            assertEquals(DType.FLOAT32, distorted.dtype());
            float[] values = distorted.toFloats();
            assertArrayEquals(new float[] {7, 7, 7, 7}, Arrays.copyOfRange(values, 0, 4), 1e-5f);
            float[] second = Arrays.copyOfRange(values, 4, 8);
            assertFalse(Arrays.equals(new float[] {1, 2, 3, 4}, second));
            assertFalse(Arrays.equals(second, Arrays.copyOfRange(values, 8, 12)));
            assertArrayEquals(
                    values,
                    augmentation
                            .of(images, new RandomStream(3).at("augment", 0))
                            .toFloats());
        }
    }

    /** Each image loses the pixels of one square, cut off at the edges, in all channels; the others stay. */
    @Test
    void cutsASquareOutOfEachImage() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.ones(DType.FLOAT32, Device.CPU, COUNT, 2, 5, 6);
            Tensor cut = new Augmentation(new AugmentConfig(0, false, 3, 0.0))
                    .of(images, new RandomStream(3).at("augment", 0));
            Set<String> possible = new HashSet<>();
            for (int y = 0; y < 5; y++) {
                for (int x = 0; x < 6; x++) {
                    possible.add(text(square(y, x), 0, 30));
                }
            }
            Set<String> seen = new HashSet<>();
            byte[] kept = cut.to(DType.UINT8).toBytes();
            for (int i = 0; i < COUNT; i++) {
                String one = text(kept, i * 60, 30);
                assertTrue(possible.contains(one), one);
                assertEquals(one, text(kept, i * 60 + 30, 30));
                seen.add(one);
            }
            assertEquals(30, possible.size());
            assertTrue(seen.size() > 20, seen.size() + " of 30");
        }
    }

    /** 1 everywhere but within 1 of a middle, on a field of 5x6. */
    private static byte[] square(int middleY, int middleX) {
        byte[] kept = new byte[30];
        for (int i = 0; i < 30; i++) {
            kept[i] = (byte) (Math.abs(i / 6 - middleY) <= 1 && Math.abs(i % 6 - middleX) <= 1 ? 0 : 1);
        }
        return kept;
    }

    private static Set<String> possible(byte[] image) {
        Set<String> possible = new HashSet<>();
        for (int top = -1; top <= 1; top++) {
            for (int left = -1; left <= 1; left++) {
                for (boolean mirrored : new boolean[] {false, true}) {
                    byte[] cut = new byte[image.length];
                    for (int i = 0; i < cut.length; i++) {
                        int x = i % 3;
                        int fromX = left + (mirrored ? 2 - x : x);
                        int fromY = top + i / 3 % 2;
                        boolean inside = fromX >= 0 && fromX < 3 && fromY >= 0 && fromY < 2;
                        cut[i] = inside ? image[i / 6 * 6 + fromY * 3 + fromX] : 0;
                    }
                    possible.add(text(cut, 0, cut.length));
                }
            }
        }
        return possible;
    }

    private static String text(byte[] bytes, int from, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(bytes[from + i]).append(' ');
        }
        return text.toString();
    }
}
