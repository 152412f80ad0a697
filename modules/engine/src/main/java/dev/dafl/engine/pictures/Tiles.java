package dev.dafl.engine.pictures;

import dev.dafl.tensor.files.WholeFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A picture of small images of one size in columns and rows. */
final class Tiles {

    /** Alpha of what can be seen. */
    static final int OPAQUE = 0xff000000;

    private static final int GAP = 2;

    private final BufferedImage picture;
    private final int width;
    private final int height;
    private final int zoom;

    /**
     * @param width of a small image
     * @param height of a small image
     * @param zoom pixels of the picture, in both directions, for one of a small image
     * @param background ARGB of what lies between them
     */
    Tiles(int columns, int rows, int width, int height, int zoom, int background) {
        this.width = width;
        this.height = height;
        this.zoom = zoom;
        this.picture = new BufferedImage(
                columns * (width * zoom + GAP) + GAP,
                rows * (height * zoom + GAP) + GAP,
                background >>> 24 == 255 ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                picture.setRGB(x, y, background);
            }
        }
    }

    /** Draws a small image; {@code colour} gives the RGB of its pixel number {@code y * width + x}. */
    void draw(int column, int row, IntUnaryOperator colour) {
        int left = GAP + column * (width * zoom + GAP);
        int top = GAP + row * (height * zoom + GAP);
        for (int y = 0; y < height * zoom; y++) {
            for (int x = 0; x < width * zoom; x++) {
                picture.setRGB(left + x, top + y, OPAQUE | colour.applyAsInt(y / zoom * width + x / zoom));
            }
        }
    }

    void write(Path file) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // ImageIO's own stream would hold a file back until the end of Java, which an interrupted run has already
        // begun.
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            if (!ImageIO.write(picture, "png", out)) {
                throw new IOException("cannot write " + file + ": this Java has no PNG writer");
            }
        }
        WholeFile.write(file, png.toByteArray());
    }
}
