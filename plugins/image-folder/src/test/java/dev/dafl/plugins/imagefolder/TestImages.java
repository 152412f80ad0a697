package dev.dafl.plugins.imagefolder;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Makes small image files of every sort. */
final class TestImages {

    private TestImages() {}

    /** A colour image all of one colour. */
    static BufferedImage plain(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    /** Samples pixel by pixel, as they are stored: 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha. */
    static BufferedImage samples(int width, int height, int bands, int dataType, int... samples) {
        boolean alpha = bands % 2 == 0;
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(bands < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                alpha,
                false,
                alpha ? BufferedImage.TRANSLUCENT : BufferedImage.OPAQUE,
                dataType);
        WritableRaster raster = model.createCompatibleWritableRaster(width, height);
        raster.setPixels(0, 0, width, height, samples);
        return new BufferedImage(model, raster, false, null);
    }

    static byte[] png(BufferedImage image) throws IOException {
        return written(image, "png");
    }

    static byte[] written(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException("no writer for " + image);
        }
        return out.toByteArray();
    }

    /** A GIF file of several pictures. */
    static byte[] film(BufferedImage... pictures) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (BufferedImage picture : pictures) {
                writer.writeToSequence(new IIOImage(picture, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** The same JPEG file with what a camera writes: its maker and how it was held. */
    static byte[] withOrientation(byte[] jpeg, int orientation, boolean littleEndian) {
        ByteBuffer part = ByteBuffer.allocate(2 + 2 + 6 + 8 + 2 + 2 * 12 + 4);
        part.putShort((short) 0xffe1).putShort((short) (part.capacity() - 2));
        part.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        part.put((littleEndian ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
        part.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        part.putShort((short) 42).putInt(8).putShort((short) 2);
        part.putShort((short) 0x010f).putShort((short) 2).putInt(2).putInt(0x41004100);
        part.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return insert(jpeg, 2, part.array());
    }

    /** Of the best quality, so that plain colours stay what they are. */
    static byte[] jpeg(BufferedImage image, boolean progressive) throws IOException {
        return jpeg(new IIOImage(image, null, null), progressive);
    }

    /** Four samples a pixel as they are, all the same, with Adobe's marker, or without it where the transform is -1. */
    static byte[] inks(int width, int height, int adobeTransform, int... samples) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raster.setPixel(x, y, samples);
            }
        }
        byte[] plain = jpeg(new IIOImage(raster, null, null), false);
        if (adobeTransform < 0) {
            return plain;
        }
        byte[] marker = {
            (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) adobeTransform
        };
        return insert(plain, 2, marker);
    }

    /** The same JPEG file with a colour profile after its first part. */
    static byte[] withProfile(byte[] jpeg, ICC_Profile profile) {
        byte[] data = profile.getData();
        byte[] head = "ICC_PROFILE".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer part = ByteBuffer.allocate(2 + 2 + head.length + 3 + data.length);
        part.putShort((short) 0xffe2).putShort((short) (part.capacity() - 2));
        part.put(head).put((byte) 0).put((byte) 1).put((byte) 1).put(data);
        return insert(jpeg, 4 + ByteBuffer.wrap(jpeg).getShort(4), part.array());
    }

    static byte[] insert(byte[] into, int at, byte[] more) {
        byte[] result = new byte[into.length + more.length];
        System.arraycopy(into, 0, result, 0, at);
        System.arraycopy(more, 0, result, at, more.length);
        System.arraycopy(into, at, result, at + more.length, into.length - at);
        return result;
    }

    static Path write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static byte[] jpeg(IIOImage image, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(1);
        if (progressive) {
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
