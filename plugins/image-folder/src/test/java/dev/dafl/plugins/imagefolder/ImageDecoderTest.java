package dev.dafl.plugins.imagefolder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        // The upper half, not the nearest of 256 values, as libpng and Pillow have it.
        byte[] between = TestImages.png(TestImages.samples(2, 1, 1, DataBuffer.TYPE_USHORT, 100 * 256 + 255, 200));
        assertPixels(between, 1, 100, 0);
        assertPixels(between, 3, 100, 0, 100, 0, 100, 0);
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
        assertPixels(
                TestImages.png(TestImages.samples(2, 1, 2, DataBuffer.TYPE_BYTE, 128, 255, 128, 128)), 1, 128, 191);
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
        // Without Adobe's marker they are stored like that as well, as Pillow takes it.
        assertNear(new int[] {100, 50, 25}, decode(TestImages.inks(8, 8, -1, 200, 100, 50, 128), 3, 0));
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
    void bmpFilesOfAllDepthsAreRead() throws Exception {
        BufferedImage colour = TestImages.plain(3, 2, 0xc86432);
        colour.setRGB(0, 0, 0x010203);
        assertPixels(
                TestImages.written(colour, "bmp"),
                3,
                1,
                200,
                200,
                200,
                200,
                200,
                2,
                100,
                100,
                100,
                100,
                100,
                3,
                50,
                50,
                50,
                50,
                50);
        assertPixels(
                TestImages.written(TestImages.samples(3, 1, 1, DataBuffer.TYPE_BYTE, 0, 100, 255), "bmp"),
                1,
                0,
                100,
                255);
        BufferedImage five = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_555_RGB);
        five.getRaster().setPixels(0, 0, 2, 1, new int[] {31, 16, 0, 1, 2, 3});
        assertPixels(TestImages.written(five, "bmp"), 3, 255, 8, 132, 16, 0, 25);
        BufferedImage six = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_565_RGB);
        six.getRaster().setPixels(0, 0, 2, 1, new int[] {31, 63, 0, 1, 32, 3});
        assertPixels(TestImages.written(six, "bmp"), 3, 255, 8, 255, 130, 0, 25);
    }

    @Test
    void ofGifFilesTheFirstPictureIsRead() throws Exception {
        BufferedImage palette = new BufferedImage(
                2,
                1,
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 2, new byte[] {9, 90}, new byte[] {8, 80}, new byte[] {7, 70}, 1));
        palette.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});
        assertPixels(TestImages.written(palette, "gif"), 3, 9, 255, 8, 255, 7, 255);
        byte[] film = TestImages.film(TestImages.plain(2, 2, 0x404040), TestImages.plain(2, 2, 0xffffff));
        assertPixels(film, 1, 64, 64, 64, 64);
    }

    /** As browsers do it: the screen is transparent, and grows for a picture that does not lie within it. */
    @Test
    void aGifPictureIsLaidOnItsScreen() throws Exception {
        BufferedImage picture = TestImages.plain(2, 2, 0x404040);
        picture.setRGB(1, 0, 0x808080);
        byte[] file = TestImages.film(picture, TestImages.plain(2, 2, 0xffffff));
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(",\0\0\0\0\2\0\2\0") + 1;
        byte[] within = file.clone();
        within[6] = 4; // the screen, 4x3
        within[8] = 3;
        within[at] = 1; // from the left
        within[at + 2] = 1; // from the top
        assertPixels(within, 1, 255, 255, 255, 255, 255, 64, 128, 255, 255, 64, 64, 255);
        assertPixels(
                within, 3, 255, 255, 255, 255, 255, 64, 128, 255, 255, 64, 64, 255, //
                255, 255, 255, 255, 255, 64, 128, 255, 255, 64, 64, 255, //
                255, 255, 255, 255, 255, 64, 128, 255, 255, 64, 64, 255);
        byte[] beyond = file.clone();
        beyond[at] = 1;
        assertPixels(beyond, 1, 255, 64, 128, 255, 64, 64);
        byte[] huge = file.clone();
        huge[7] = 127;
        huge[9] = 127;
        assertBad(huge, "has 32514x32514 pixels, more than");
        huge[7] = 15;
        huge[9] = 15;
        assertBad(huge, "has 3842x3842 pixels, more than " + file.length + " bytes can hold");
    }

    @Test
    void threadsShareTheMemoryForDecoding() throws Exception {
        byte[] file = TestImages.png(noise());
        Path path = TestImages.write(folder.resolve("image"), file);
        ImageDecoder decoder = new ImageDecoder(3, 0);
        byte[] expected = decoder.decode(path).image().values();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<?> one;
            List<Future<byte[]>> others = new ArrayList<>();
            // More than there is: it takes all.
            try (DecodingMemory.Claim _ = decoder.memory().claim(Long.MAX_VALUE >> 8)) {
                one = threads.submit(() -> decoder.memory().claim(1).close());
                for (int i = 0; i < 20; i++) {
                    others.add(threads.submit(() -> decoder.decode(path).image().values()));
                }
                assertFalse(one.isDone());
            }
            one.get();
            for (Future<byte[]> other : others) {
                assertArrayEquals(expected, other.get());
            }
        }
        assertBad(new byte[] {1}, "is no PNG");
        Path broken = TestImages.write(folder.resolve("broken"), wide(file, -1, 1));
        for (int i = 0; i < 3; i++) {
            assertThrows(BadImageException.class, () -> decoder.decode(broken));
        }
        decoder.memory().claim(Long.MAX_VALUE >> 8).close(); // nothing of it is lost
    }

    @Test
    void filesThatAreCutOffAreToldWhereverThatIs() throws Exception {
        BufferedImage noise = noise();
        for (String format : List.of("bmp", "gif")) {
            byte[] whole = TestImages.written(noise, format);
            int last = whole.length - (format.equals("gif") ? 2 : 1); // the end of a GIF file is not missed
            for (int length = 6; length < last; length += length < 100 || length > last - 30 ? 1 : 97) {
                assertBad(Arrays.copyOf(whole, length), "is cut off");
            }
        }
    }

    @Test
    void whatIsNoImageIsToldByItsName() throws Exception {
        assertBad("RIFF\0\1\0\0WEBPVP8 ".getBytes(), "is a WebP image, which is not read; convert it to PNG");
        assertBad("\0\0\0 ftypavif\0\0\0\0".getBytes(), "is an AVIF image, which is not read");
        assertBad("\0\0\0 ftypheic\0\0\0\0".getBytes(), "is a HEIC image, which is not read");
        assertBad("II*\0\10\0\0\0".getBytes(), "is a TIFF image, which is not read");
        assertBad("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(), "is an SVG image, which is not read");
        assertBad("\n<!DOCTYPE html>\n<title>404".getBytes(), "is a web page, not an image: the download failed");
        assertBad("<?xml version='1.0'?><Error/>".getBytes(), "is an XML message, not an image: the download failed");
        assertBad("version https://git-lfs.github.com/spec/v1\n".getBytes(), "is a pointer of Git LFS, not an image");
        assertBad("é".repeat(400).getBytes(), "is text, not an image");
        assertBad((" " + "é".repeat(400)).getBytes(), "is text, not an image");
    }

    @Test
    void whatIsTurnedIsToldAndTakenAsStored() throws Exception {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(9, 5, 0xc86432), false);
        for (boolean little : new boolean[] {true, false}) {
            for (int orientation = 0; orientation <= 9; orientation++) {
                Path file = TestImages.write(
                        folder.resolve("image"), TestImages.withOrientation(jpeg, orientation, little));
                ImageDecoder.Decoded decoded = new ImageDecoder(3, 0).decode(file);
                assertEquals(orientation > 1 && orientation < 9, decoded.turned(), "orientation " + orientation);
                assertEquals(9, decoded.image().width());
            }
        }
    }

    @Test
    void aHeaderThatTellsOfMoreThanTheFileCanHoldIsNotBelieved() throws Exception {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(8, 8, 0), false);
        int frame = 0;
        while ((jpeg[frame] & 0xff) != 0xff || (jpeg[frame + 1] & 0xff) != 0xc0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 8000).putShort(frame + 7, (short) 8000);
        assertBad(jpeg, "has 8000x8000 pixels, more than " + jpeg.length + " bytes can hold");
        byte[] gif = TestImages.written(TestImages.plain(8, 8, 0), "gif");
        int picture = new String(gif, StandardCharsets.ISO_8859_1).lastIndexOf(",\0\0\0\0\10\0\10\0");
        for (int at : new int[] {6, picture + 5}) {
            gif[at + 1] = 31;
            gif[at + 3] = 31;
        }
        assertBad(gif, "has 7944x7944 pixels, more than " + gif.length + " bytes can hold");
    }

    /** Seeds come from a counter, so that a failure is found again. */
    @Test
    void whatIsChangedAnywhereIsRefusedOrWhole() throws Exception {
        BufferedImage noise = noise();
        List<byte[]> whole = List.of(
                TestImages.png(noise),
                TestImages.jpeg(noise, false),
                TestImages.jpeg(noise, true),
                TestImages.withOrientation(TestImages.inks(8, 8, 2, 90, 100, 110, 120), 6, true),
                TestImages.written(noise, "gif"),
                TestImages.written(noise, "bmp"),
                TestImages.written(TestImages.samples(3, 1, 1, DataBuffer.TYPE_BYTE, 0, 100, 255), "bmp"));
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int seed = 0; seed < 200 * whole.size(); seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.get(seed % whole.size()).clone();
            int reach = random.nextBoolean() ? changed.length : Math.min(changed.length, 60); // headers, above all
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(reach);
                changed[at] = (byte) (random.nextBoolean() ? random.nextInt() : changed[at] ^ 1 << random.nextInt(8));
            }
            if (random.nextInt(5) == 0) {
                changed = Arrays.copyOf(changed, random.nextInt(changed.length));
            }
            long before = memory.getCurrentThreadAllocatedBytes();
            try {
                PlanarImage image = decode(changed, 1 + 2 * random.nextInt(2), 0);
                assertEquals(image.channels() * image.height() * image.width(), image.values().length, "seed " + seed);
            } catch (BadImageException e) {
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed + ": " + e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
            long taken = memory.getCurrentThreadAllocatedBytes() - before;
            assertTrue(taken < 1 << 26, "seed " + seed + " made " + taken + " bytes of " + changed.length);
        }
    }

    private static BufferedImage noise() {
        BufferedImage noise = TestImages.plain(40, 40, 0);
        for (int i = 0; i < 1600; i++) {
            noise.setRGB(i % 40, i / 40, i * 7919 * 31);
        }
        return noise;
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
        BufferedImage noise = noise();
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
        assertBad(new byte[] {1, 2, 3}, "is no PNG, JPEG, BMP or GIF file");
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
        return new ImageDecoder(channels, size)
                .decode(TestImages.write(folder.resolve("image"), file))
                .image();
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
