package dev.dafl.plugins.cifar;

import dev.dafl.spi.ImageShape;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes a JPEG or PNG file of 32x32 pixels, known by its content: three colours, or grey, which becomes three equal ones. The
 * stored values are taken as they are; colour profiles are not followed. May be used by several threads at once.
 */
final class PictureDecoder {

    static final ImageShape SHAPE = new ImageShape(RecordLayout.CHANNELS, RecordLayout.SIDE, RecordLayout.SIDE);

    private static final int PLANE = RecordLayout.SIDE * RecordLayout.SIDE;

    private PictureDecoder() {}

    /**
     * @param file its content; markers of colour profiles in it are overwritten
     * @return a byte for each pixel: all of red row by row, then green, then blue
     */
    static byte[] decode(byte[] file) throws BadPictureException {
        if (PngStructure.begins(file)) {
            PngStructure.check(file);
            return pixels(read("png", file));
        }
        if (JpegStructure.begins(file)) {
            JpegStructure.checkAndHideProfiles(file);
            return pixels(read("jpeg", file));
        }
        throw new BadPictureException("is no JPEG or PNG image");
    }

    private static BufferedImage read(String format, byte[] file) throws BadPictureException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            AtomicReference<String> damage = new AtomicReference<>("");
            reader.addIIOReadWarningListener((_, warning) -> {
                if (tellsOfLostPixels(warning)) {
                    damage.compareAndSet("", warning);
                }
            });
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width != RecordLayout.SIDE || height != RecordLayout.SIDE) {
                throw new BadPictureException(
                        "has " + width + "x" + height + " pixels, not " + RecordLayout.SIDE + "x" + RecordLayout.SIDE);
            }
            BufferedImage image = reader.read(0);
            if (!damage.get().isEmpty()) {
                throw new BadPictureException("is broken (" + damage.get() + ")");
            }
            return image;
        } catch (IOException | RuntimeException e) { // Java's readers meet some broken files with their own mistakes
            throw new BadPictureException(
                    "is broken (" + (e.getMessage() == null ? e.toString() : e.getMessage()) + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static byte[] pixels(BufferedImage image) throws BadPictureException {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int[] bits = raster.getSampleModel().getSampleSize();
        if (image.getColorModel() instanceof IndexColorModel
                || (bands != 1 && bands != RecordLayout.CHANNELS)
                || Arrays.stream(bits).anyMatch(depth -> depth != Byte.SIZE)) {
            throw new BadPictureException(
                    "has a palette, transparency or other than 8 bits; only three colours or grey of 8 bits are taken");
        }
        byte[] planes = new byte[RecordLayout.PIXELS];
        int[] samples = new int[PLANE];
        for (int channel = 0; channel < RecordLayout.CHANNELS; channel++) {
            raster.getSamples(
                    raster.getMinX(),
                    raster.getMinY(),
                    RecordLayout.SIDE,
                    RecordLayout.SIDE,
                    Math.min(channel, bands - 1),
                    samples);
            for (int i = 0; i < PLANE; i++) {
                planes[channel * PLANE + i] = (byte) samples[i];
            }
        }
        return planes;
    }

    /** Java's JPEG decoder only warns and fills with grey; it warns of bytes too many as well, which many files have. */
    private static boolean tellsOfLostPixels(String warning) {
        return warning.contains("premature end of data") || warning.contains("bad Huffman code");
    }
}
