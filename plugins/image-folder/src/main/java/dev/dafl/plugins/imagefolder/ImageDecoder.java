package dev.dafl.plugins.imagefolder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads one file. May be used by several threads at once.
 *
 * @param channels 1 or 3
 * @param size height and width of the result; 0 is as stored
 */
record ImageDecoder(int channels, int size) {

    /** More in one file is a mistake or an attack rather than an image to learn from. */
    private static final long MOST_BYTES = 1L << 28;

    private static final long MOST_PIXELS = 1L << 26;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    PlanarImage decode(Path file) throws BadImageException {
        PlanarImage image = asStored(content(file));
        return size == 0 ? image : image.resized(size, size);
    }

    private static byte[] content(Path file) throws BadImageException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new BadImageException("is larger than " + (MOST_BYTES >> 20) + " MiB");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadImageException("is not there", e);
        } catch (IOException e) {
            throw new BadImageException("cannot be read (" + e + ")", e);
        }
    }

    private PlanarImage asStored(byte[] content) throws BadImageException {
        if (beginsWith(content, PNG)) {
            PngChunks.check(content);
            return read("png", content, reader -> ColourConversion.of(reader.read(0), channels));
        }
        if (!beginsWith(content, JPEG)) {
            throw new BadImageException(content.length == 0 ? "is empty" : "is no PNG or JPEG file");
        }
        JpegMarkers markers = JpegMarkers.of(content);
        if (!markers.whole()) {
            throw new BadImageException("is cut off");
        }
        markers.hideProfiles(content);
        return read(
                "jpeg",
                content,
                reader -> markers.components() == 4
                        ? ColourConversion.ofInks(reader.readRaster(0, null), markers.adobeTransform() == 2, channels)
                        : ColourConversion.of(reader.read(0), channels));
    }

    /** What is done with a reader. */
    @FunctionalInterface
    private interface Reading {

        PlanarImage with(ImageReader reader) throws IOException;
    }

    private static PlanarImage read(String format, byte[] content, Reading reading) throws BadImageException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > MOST_PIXELS) {
                throw new BadImageException("has " + width + "x" + height + " pixels, more than " + MOST_PIXELS);
            }
            PlanarImage image = reading.with(reader);
            Optional<String> damage =
                    warnings.stream().filter(ImageDecoder::tellsOfLostPixels).findFirst();
            if (damage.isPresent()) {
                throw new BadImageException("is broken (" + damage.get() + ")");
            }
            return image;
        } catch (IOException | RuntimeException e) { // Java's readers meet some broken files with their own mistakes
            throw new BadImageException(
                    "is broken (" + (e.getMessage() == null ? e.toString() : e.getMessage()) + ")", e);
        } finally {
            reader.dispose();
        }
    }

    /** Java's JPEG decoder only warns and fills with grey; it warns of bytes too many as well, which many files have. */
    private static boolean tellsOfLostPixels(String warning) {
        return warning.contains("premature end of data") || warning.contains("bad Huffman code");
    }

    private static boolean beginsWith(byte[] content, byte[] signature) {
        return content.length >= signature.length
                && Arrays.equals(content, 0, signature.length, signature, 0, signature.length);
    }
}
