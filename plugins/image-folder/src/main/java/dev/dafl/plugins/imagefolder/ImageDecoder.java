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
 * @param memory for what is decoded at a time
 */
record ImageDecoder(int channels, int size, DecodingMemory memory) {

    /** More in one file is a mistake or an attack rather than an image to learn from. */
    private static final long MOST_BYTES = 1L << 28;

    private static final long MOST_PIXELS = 1L << 26;

    /**
     * What a file holds.
     *
     * @param turned whether it says that its picture is to be turned or mirrored, which is not done
     */
    record Decoded(PlanarImage image, boolean turned) {}

    ImageDecoder(int channels, int size) {
        this(channels, size, new DecodingMemory());
    }

    Decoded decode(Path file) throws BadImageException {
        byte[] content = content(file);
        ImageFormat format =
                ImageFormat.of(content).orElseThrow(() -> new BadImageException(ForeignContent.describe(content)));
        return switch (format) {
            case JPEG -> jpeg(content);
            case PNG -> {
                PngChunks.check(content);
                yield plain(format, content);
            }
            case BMP -> {
                BmpHeader.check(content);
                yield plain(format, content);
            }
            case GIF -> {
                GifScreen screen = GifScreen.of(content);
                requirePixels(format, screen.width(), screen.height(), content.length);
                yield new Decoded(
                        read(format, content, reader -> screen.with(ColourConversion.of(reader.read(0), channels))),
                        false);
            }
        };
    }

    private Decoded plain(ImageFormat format, byte[] content) throws BadImageException {
        return new Decoded(read(format, content, reader -> ColourConversion.of(reader.read(0), channels)), false);
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

    private PlanarImage read(ImageFormat format, byte[] content, Reading reading) throws BadImageException {
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(format.readerName()).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            requirePixels(format, width, height, content.length);
            try (DecodingMemory.Claim _ = memory.claim((long) width * height)) {
                PlanarImage image = reading.with(reader);
                Optional<String> damage = warnings.stream()
                        .filter(ImageDecoder::tellsOfLostPixels)
                        .findFirst();
                if (damage.isPresent()) {
                    throw new BadImageException("is broken (" + damage.get() + ")");
                }
                return size == 0 ? image : image.resized(size, size);
            }
        } catch (IOException | RuntimeException e) { // Java's readers meet some broken files with their own mistakes
            throw new BadImageException(
                    "is broken (" + (e.getMessage() == null ? e.toString() : e.getMessage()) + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static void requirePixels(ImageFormat format, int width, int height, int bytes) throws BadImageException {
        long pixels = (long) width * height;
        if (pixels > MOST_PIXELS) {
            throw new BadImageException("has " + width + "x" + height + " pixels, more than " + MOST_PIXELS);
        }
        if (!format.canHold(pixels, bytes)) {
            throw new BadImageException(
                    "has " + width + "x" + height + " pixels, more than " + bytes + " bytes can hold");
        }
    }

    /** Java's JPEG decoder only warns and fills with grey; it warns of bytes too many as well, which many files have. */
    private static boolean tellsOfLostPixels(String warning) {
        return warning.contains("premature end of data") || warning.contains("bad Huffman code");
    }
}
