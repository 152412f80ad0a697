package dev.dafl.plugins.imagefolder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /**
     * What a file holds.
     *
     * @param turned whether it says that its picture is to be turned or mirrored, which is not done
     */
    record Decoded(PlanarImage image, boolean turned) {}

    Decoded decode(Path file) throws BadImageException {
        Decoded stored = asStored(content(file));
        return size == 0 ? stored : new Decoded(stored.image().resized(size, size), stored.turned());
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

    private Decoded asStored(byte[] content) throws BadImageException {
        ImageFormat format =
                ImageFormat.of(content).orElseThrow(() -> new BadImageException(ForeignContent.describe(content)));
        switch (format) {
            case JPEG -> {
                return jpeg(content);
            }
            case PNG -> PngChunks.check(content);
            case GIF -> GifBlocks.check(content);
            case BMP -> BmpHeader.check(content);
        }
        return new Decoded(read(format, content, reader -> ColourConversion.of(reader.read(0), channels)), false);
    }

    private Decoded jpeg(byte[] content) throws BadImageException {
        JpegMarkers markers = JpegMarkers.of(content);
        if (!markers.whole()) {
            throw new BadImageException("is cut off");
        }
        markers.hideProfiles(content);
        PlanarImage image = read(
                ImageFormat.JPEG,
                content,
                reader -> markers.components() == 4
                        ? ColourConversion.ofInks(reader.readRaster(0, null), markers.adobeTransform() == 2, channels)
                        : ColourConversion.of(reader.read(0), channels));
        return new Decoded(image, markers.orientation() != ExifOrientation.UPRIGHT);
    }

    /** What is done with a reader. */
    @FunctionalInterface
    private interface Reading {

        PlanarImage with(ImageReader reader) throws IOException;
    }

    private static PlanarImage read(ImageFormat format, byte[] content, Reading reading) throws BadImageException {
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(format.readerName()).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > MOST_PIXELS) {
                throw new BadImageException("has " + width + "x" + height + " pixels, more than " + MOST_PIXELS);
            }
            if (!format.canHold((long) width * height, content.length)) {
                throw new BadImageException(
                        "has " + width + "x" + height + " pixels, more than " + content.length + " bytes can hold");
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
}
