package dev.dafl.plugins.cifar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureDecoderTest {

    private static final int COLOUR = 0xc86432;

    @Test
    void pixelsGoPlaneByPlaneRowByRow() throws Exception {
        BufferedImage image = PicturesOnDisk.plain(32, 32, BufferedImage.TYPE_INT_RGB, 0);
        image.setRGB(5, 2, 0xff8001);
        byte[] pixels = PictureDecoder.decode(PicturesOnDisk.png(image));
        byte[] expected = new byte[3072];
        expected[2 * 32 + 5] = (byte) 255;
        expected[1024 + 2 * 32 + 5] = (byte) 128;
        expected[2048 + 2 * 32 + 5] = 1;
        assertTrue(Arrays.equals(expected, pixels));
    }

    @Test
    void greyBecomesThreeEqualColoursAndIsNotBrightened() throws Exception {
        BufferedImage grey = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
        int[] values = new int[1024];
        Arrays.fill(values, 100);
        grey.getRaster().setPixels(0, 0, 32, 32, values);
        assertPlain(0x646464, 0, PictureDecoder.decode(PicturesOnDisk.png(grey)));
        assertPlain(0x646464, 0, PictureDecoder.decode(PicturesOnDisk.jpeg(grey)));
    }

    @Test
    void colourProfilesAreNotFollowed() throws Exception {
        byte[] plain = PicturesOnDisk.jpeg(COLOUR);
        for (int space : new int[] {ColorSpace.CS_LINEAR_RGB, ColorSpace.CS_GRAY}) {
            byte[] data = ICC_Profile.getInstance(space).getData();
            byte[] head = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.US_ASCII);
            ByteBuffer file = ByteBuffer.allocate(plain.length + 4 + head.length + data.length);
            int first = 4 + ByteBuffer.wrap(plain).getShort(4); // after the first part
            file.put(plain, 0, first);
            file.putShort((short) 0xffe2).putShort((short) (2 + head.length + data.length));
            file.put(head).put(data).put(plain, first, plain.length - first);
            assertPlain(COLOUR, 2, PictureDecoder.decode(file.array()));
        }
    }

    @Test
    void bytesAfterTheEndDoNotMatter() throws Exception {
        byte[] jpeg = PicturesOnDisk.jpeg(COLOUR);
        assertPlain(COLOUR, 2, PictureDecoder.decode(Arrays.copyOf(jpeg, jpeg.length + 7)));
    }

    @Test
    void anotherSizeIsTold() throws Exception {
        BufferedImage image = PicturesOnDisk.plain(31, 32, BufferedImage.TYPE_INT_RGB, COLOUR);
        assertFails("has 31x32 pixels, not 32x32", PicturesOnDisk.png(image));
        assertFails("has 31x32 pixels, not 32x32", PicturesOnDisk.jpeg(image));
    }

    @Test
    void palettesTransparencyAndOtherDepthsAreRefused() throws Exception {
        for (int type : new int[] {
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_BYTE_BINARY,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_USHORT_GRAY
        }) {
            assertFails(
                    "has a palette, transparency or other than 8 bits; only",
                    PicturesOnDisk.png(PicturesOnDisk.plain(32, 32, type, COLOUR)));
        }
    }

    @Test
    void filesThatAreCutOffOrChangedAreTold() throws Exception {
        byte[] jpeg = PicturesOnDisk.jpeg(COLOUR);
        byte[] png = PicturesOnDisk.png(COLOUR);
        for (byte[] file : new byte[][] {jpeg, png}) {
            for (int length = 20; length < file.length; length += 7) {
                assertFails("is cut off", Arrays.copyOf(file, length));
            }
        }
        byte[] changed = png.clone();
        changed[png.length / 2] ^= 1;
        assertFails("is broken (a check sum is not right)", changed);
        assertFails("is no JPEG or PNG image", "<html>".getBytes(StandardCharsets.US_ASCII));
    }

    /** A file that ends as it should and has lost coded pixels; Java's decoder fills them with grey and only warns. */
    @Test
    void lostPixelsAreTold() throws Exception {
        BufferedImage noise = PicturesOnDisk.plain(32, 32, BufferedImage.TYPE_INT_RGB, 0);
        Random random = new Random(1);
        for (int i = 0; i < 1024; i++) {
            noise.setRGB(i % 32, i / 32, random.nextInt());
        }
        byte[] jpeg = PicturesOnDisk.jpeg(noise);
        byte[] lost = Arrays.copyOf(jpeg, jpeg.length - 500);
        lost[lost.length - 3] = 0; // so that no marker begins there by chance
        lost[lost.length - 2] = (byte) 0xff;
        lost[lost.length - 1] = (byte) 0xd9;
        assertFails("is broken (", lost);
    }

    private static void assertPlain(int rgb, int tolerance, byte[] pixels) {
        assertEquals(3072, pixels.length);
        for (int i = 0; i < pixels.length; i++) {
            assertEquals((rgb >> (16 - 8 * (i / 1024))) & 0xff, pixels[i] & 0xff, tolerance, "byte " + i);
        }
    }

    private static void assertFails(String start, byte[] file) throws IOException {
        String message = assertThrows(BadPictureException.class, () -> PictureDecoder.decode(file))
                .getMessage();
        assertTrue(message.startsWith(start), message);
    }
}
