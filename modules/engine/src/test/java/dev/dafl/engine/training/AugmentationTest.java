package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.AugmentConfig;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
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
            byte[] cut = new Augmentation(new AugmentConfig(1, true))
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
                    new Augmentation(new AugmentConfig(0, false))
                            .of(images, new RandomStream(3).at("augment", 0))
                            .toBytes());
        }
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
