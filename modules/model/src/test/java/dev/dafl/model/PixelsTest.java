package dev.dafl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import org.junit.jupiter.api.Test;

class PixelsTest {

    @Test
    void coloursComeChannelByChannelWithoutTheirTransparency() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x80102030);
        image.setRGB(1, 0, 0xff405060);
        assertPixels(image, 3, 0x10, 0x40, 0x20, 0x50, 0x30, 0x60);
    }

    /** (299 r + 587 g + 114 b + 500) / 1000. */
    @Test
    void coloursBecomeGreyByTheirLuma() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_3BYTE_BGR);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(1, 0, 0x00ff00);
        image.setRGB(2, 0, 0x0000ff);
        assertPixels(image, 1, 76, 150, 29);
    }

    /** Java takes grey for linear light, and would make 188 of 128. */
    @Test
    void greyStaysWhatWasStored() {
        BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 128);
        image.getRaster().setSample(0, 1, 0, 7);
        assertPixels(image, 1, 128, 7);
        assertPixels(image, 3, 128, 7, 128, 7, 128, 7);
    }

    @Test
    void aPaletteIsLookedUp() {
        byte[] red = {0, (byte) 200};
        byte[] green = {0, 100};
        byte[] blue = {0, 50};
        BufferedImage image =
                new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, red, green, blue));
        image.getRaster().setSample(0, 0, 0, 1);
        assertPixels(image, 3, 200, 100, 50);
    }

    private static void assertPixels(BufferedImage image, int channels, int... expected) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor pixels = Pixels.of(image, channels);
            assertArrayEquals(new long[] {1, channels, image.getHeight(), image.getWidth()}, pixels.shape());
            byte[] bytes = new byte[expected.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) expected[i];
            }
            assertArrayEquals(bytes, pixels.toBytes());
        }
    }
}
