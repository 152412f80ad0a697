package dev.dafl.plugins.cifar;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes small image files, and archives of them. */
final class PicturesOnDisk {

    private PicturesOnDisk() {}

    /** Another shade for each seed, the same at every pixel. */
    static int rgb(int seed) {
        return ((seed * 20) << 16) | ((seed * 10) << 8) | (255 - seed * 10);
    }

    static BufferedImage plain(int width, int height, int type, int rgb) {
        BufferedImage image = new BufferedImage(width, height, type);
        int[] row = new int[width * height];
        Arrays.fill(row, rgb);
        image.setRGB(0, 0, width, height, row, 0, width);
        return image;
    }

    static byte[] png(int rgb) throws IOException {
        return png(plain(32, 32, BufferedImage.TYPE_INT_RGB, rgb));
    }

    static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    static byte[] jpeg(int rgb) throws IOException {
        return jpeg(plain(32, 32, BufferedImage.TYPE_INT_RGB, rgb));
    }

    /** Of the best quality, so that plain colours stay what they are, or nearly so. */
    static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** Of two classes, two images of each to train on and one to measure on; those to measure on come first. */
    static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("test/cat/a.png", png(rgb(1)));
        files.put("test/dog/a.jpg", jpeg(rgb(2)));
        files.put("train/cat/a.jpg", jpeg(rgb(3)));
        files.put("train/cat/b.png", png(rgb(4)));
        files.put("train/dog/a.png", png(rgb(5)));
        files.put("train/dog/b.jpg", jpeg(rgb(6)));
        return files;
    }

    static byte[] xz(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(0))) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
