package dev.dafl.plugins.imagefolder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {

    @TempDir
    private Path folder;

    @Test
    void colourPixelsAreExact() throws Exception {
        byte[] file = TestImages.png(TestImages.samples(2, 1, 3, DataBuffer.TYPE_BYTE, 1, 2, 3, 250, 251, 252));
        assertPixels(file, 3, 1, 250, 2, 251, 3, 252);
        assertPixels(file, 1, 2, 251); // 0.299 + 2 * 0.587 + 3 * 0.114 = 1.815
    }

    @Test
    void greyIsNotBrightened() throws Exception {
        byte[] file = TestImages.png(TestImages.samples(3, 1, 1, DataBuffer.TYPE_BYTE, 0, 100, 255));
        assertPixels(file, 1, 0, 100, 255);
        assertPixels(file, 3, 0, 100, 255, 0, 100, 255, 0, 100, 255);
        byte[] jpeg = TestImages.jpeg(TestImages.samples(1, 1, 1, DataBuffer.TYPE_BYTE, 100), false);
        assertPixels(jpeg, 3, 100, 100, 100);
    }

    @Test
    void sixteenBitsBecomeEight() throws Exception {
        byte[] grey = TestImages.png(TestImages.samples(3, 1, 1, DataBuffer.TYPE_USHORT, 0, 100 * 257, 65535));
        assertPixels(grey, 1, 0, 100, 255);
        byte[] colour = TestImages.png(TestImages.samples(1, 1, 3, DataBuffer.TYPE_USHORT, 257, 514, 65407));
        assertPixels(colour, 3, 1, 2, 255);
    }

    @Test
    void whatIsTransparentIsLaidOnWhite() throws Exception {
        assertPixels(
                TestImages.png(TestImages.samples(
                        3, 1, 4, DataBuffer.TYPE_BYTE, 10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51)),
                3,
                10,
                255,
                204,
                20,
                255,
                224,
                30,
                255,
                244);
        assertPixels(TestImages.png(TestImages.samples(2, 1, 2, DataBuffer.TYPE_BYTE, 7, 255, 7, 0)), 1, 7, 255);
    }

    @Test
    void palettesAreLookedUp() throws Exception {
        byte[] dark = {0, 100};
        BufferedImage image = new BufferedImage(
                2,
                1,
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 2, new byte[] {9, (byte) 200}, dark, new byte[] {8, 50}, new byte[] {-1, 0}));
        image.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});
        assertPixels(TestImages.png(image), 3, 9, 255, 0, 255, 8, 255);
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});
        assertPixels(TestImages.png(bits), 1, 0, 255);
    }

    @Test
    void jpegsPlainAndProgressive() throws Exception {
        for (boolean progressive : new boolean[] {false, true}) {
            PlanarImage image = decode(TestImages.jpeg(TestImages.plain(9, 5, 0xc86432), progressive), 3, 0);
            assertEquals(9, image.width());
            assertEquals(5, image.height());
            assertNear(new int[] {200, 100, 50}, image);
        }
    }

    @Test
    void colourProfilesAreNotFollowed() throws Exception {
        byte[] colour = TestImages.jpeg(TestImages.plain(8, 8, 0xc86432), false);
        for (int space : new int[] {ColorSpace.CS_LINEAR_RGB, ColorSpace.CS_GRAY}) {
            byte[] profiled = TestImages.withProfile(colour, ICC_Profile.getInstance(space));
            assertNear(new int[] {200, 100, 50}, decode(profiled, 3, 0));
        }
    }

    @Test
    void inksBecomeColours() throws Exception {
        assertNear(new int[] {200, 100, 50}, decode(TestImages.inks(8, 8, 0, 200, 100, 50, 255), 3, 0));
        assertNear(new int[] {100, 50, 25}, decode(TestImages.inks(8, 8, 0, 200, 100, 50, 128), 3, 0));
        // Brightness and colour of the inks 55, 155, 205, which are those of the colour 200, 100, 50.
        int y = (int) Math.round(0.299 * 55 + 0.587 * 155 + 0.114 * 205);
        int blue = (int) Math.round(128 - 0.168736 * 55 - 0.331264 * 155 + 0.5 * 205);
        int red = (int) Math.round(128 + 0.5 * 55 - 0.418688 * 155 - 0.081312 * 205);
        assertNear(new int[] {200, 100, 50}, decode(TestImages.inks(8, 8, 2, y, blue, red, 255), 3, 0));
        assertNear(new int[] {124}, decode(TestImages.inks(8, 8, 0, 200, 100, 50, 255), 1, 0));
    }

    @Test
    void shrinkingCountsEveryPixel() throws Exception {
        BufferedImage stripes = TestImages.plain(64, 64, 0);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x += 2) {
                stripes.setRGB(x, y, 0xffffff);
            }
        }
        for (byte value : decode(TestImages.png(stripes), 1, 16).values()) {
            assertEquals(127.5, value & 0xff, 14, "a fine pattern turns grey");
        }
        // Halves, a triangle of four pixels: 1 3 3 1, at the rim 3 3 1.
        byte[] row =
                TestImages.png(TestImages.samples(4, 2, 1, DataBuffer.TYPE_BYTE, 0, 80, 160, 240, 0, 80, 160, 240));
        assertArrayEquals(
                bytes(57, 183, 57, 183), decode(row, 1, 2).resized(2, 2).values());
    }

    @Test
    void growingInterpolates() throws Exception {
        byte[] file = TestImages.png(TestImages.samples(2, 2, 1, DataBuffer.TYPE_BYTE, 0, 100, 0, 100));
        byte[] row = bytes(0, 25, 75, 100);
        PlanarImage grown = decode(file, 1, 4);
        for (int y = 0; y < 4; y++) {
            assertArrayEquals(row, Arrays.copyOfRange(grown.values(), 4 * y, 4 * y + 4));
        }
    }

    @Test
    void brokenFilesAreTold() throws Exception {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(40, 40, 0xff0000), false);
        assertBad(Arrays.copyOf(jpeg, jpeg.length - 2), "is cut off");
        assertBad(Arrays.copyOf(jpeg, 3), "is cut off");
        byte[] preview = {(byte) 0xff, (byte) 0xe1, 0, 6, (byte) 0xff, (byte) 0xd9, 1, 1};
        byte[] thumbnail = TestImages.insert(jpeg, 2, preview);
        assertBad(Arrays.copyOf(thumbnail, thumbnail.length - 2), "is cut off");
        assertNear(new int[] {254, 0, 0}, decode(thumbnail, 3, 0));
        BufferedImage noise = TestImages.plain(40, 40, 0);
        for (int i = 0; i < 1600; i++) {
            noise.setRGB(i % 40, i / 40, i * 7919 * 31);
        }
        byte[] endsTwice = TestImages.jpeg(noise, false);
        System.arraycopy(endsTwice, endsTwice.length - 2, endsTwice, endsTwice.length / 2, 2);
        assertBad(endsTwice, "is broken (Corrupt JPEG data: premature end of data segment)");
        byte[] png = TestImages.png(noise);
        for (int length : new int[] {10, 40, png.length / 2, png.length - 20, png.length - 1}) {
            assertBad(Arrays.copyOf(png, length), "is cut off");
        }
        byte[] flipped = png.clone();
        flipped[png.length / 2] ^= 1;
        assertBad(flipped, "is broken");
        assertBad("GIF89a and more".getBytes(StandardCharsets.UTF_8), "is no PNG or JPEG file");
        assertBad(new byte[0], "is empty");
        assertBad(wide(png, 1 << 20, 1 << 10), "has 1048576x1024 pixels, more than");
        assertBad(wide(png, -1, 1), "is broken");
        Path missing = folder.resolve("missing.png");
        assertEquals(
                "is not there",
                assertThrows(BadImageException.class, () -> new ImageDecoder(3, 0).decode(missing))
                        .getMessage());
    }

    private PlanarImage decode(byte[] file, int channels, int size) throws IOException, BadImageException {
        return new ImageDecoder(channels, size).decode(TestImages.write(folder.resolve("image"), file));
    }

    /** The same file with another width and height at its beginning. */
    private static byte[] wide(byte[] png, int width, int height) {
        byte[] wide = png.clone();
        ByteBuffer at = ByteBuffer.wrap(wide).putInt(16, width).putInt(20, height);
        CRC32 sum = new CRC32();
        sum.update(wide, 12, 17);
        at.putInt(29, (int) sum.getValue());
        return wide;
    }

    private void assertPixels(byte[] file, int channels, int... values) throws Exception {
        assertArrayEquals(bytes(values), decode(file, channels, 0).values());
    }

    private void assertBad(byte[] file, String problem) {
        String message =
                assertThrows(BadImageException.class, () -> decode(file, 3, 0)).getMessage();
        assertTrue(message.contains(problem), message);
    }

    /** All pixels of each channel. */
    private static void assertNear(int[] colour, PlanarImage image) {
        int pixels = image.width() * image.height();
        for (int i = 0; i < image.values().length; i++) {
            assertEquals(colour[i / pixels], image.values()[i] & 0xff, 2);
        }
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
