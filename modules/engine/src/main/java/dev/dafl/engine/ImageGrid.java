package dev.dafl.engine;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Generated images as a picture: a row for each class, with those that the teacher is surest of. */
final class ImageGrid {

    private static final int COLUMNS = 10;
    private static final int GAP = 2;
    private static final int BACKGROUND = 0x808080;

    private ImageGrid() {}

    /**
     * @param images float32 {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, {@code [n, k]}
     */
    static void write(Path file, Tensor images, Tensor logits, Normalization normalization) throws IOException {
        int classes = Math.toIntExact(logits.size(1));
        int channels = Math.toIntExact(images.size(1));
        int height = Math.toIntExact(images.size(2));
        int width = Math.toIntExact(images.size(3));
        int zoom = Math.max(1, 56 / height);
        float[] pixels;
        List<List<Integer>> rows;
        try (TensorScope _ = TensorScope.open(); GradMode _ = GradMode.disabled()) {
            pixels = images.toFloats();
            rows = rows(logits.softmax(1).amax(false, 1).toFloats(), logits.argmax(1).toLongs(), classes);
        }
        int cellW = width * zoom + GAP;
        int cellH = height * zoom + GAP;
        BufferedImage picture = new BufferedImage(
                COLUMNS * cellW + GAP, classes * cellH + GAP, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                picture.setRGB(x, y, BACKGROUND);
            }
        }
        for (int row = 0; row < classes; row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                int first = rows.get(row).get(column) * channels * height * width;
                for (int y = 0; y < height * zoom; y++) {
                    for (int x = 0; x < width * zoom; x++) {
                        int at = first + y / zoom * width + x / zoom;
                        picture.setRGB(GAP + column * cellW + x, GAP + row * cellH + y,
                                colour(pixels, at, channels, height * width, normalization));
                    }
                }
            }
        }
        if (!ImageIO.write(picture, "png", file.toFile())) {
            throw new IOException("cannot write " + file + ": this Java has no PNG writer");
        }
    }

    private static List<List<Integer>> rows(float[] sureness, long[] classOf, int classes) {
        List<List<Integer>> rows = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            int wanted = c;
            rows.add(IntStream.range(0, classOf.length)
                    .filter(i -> classOf[i] == wanted)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> sureness[i]).reversed())
                    .limit(COLUMNS)
                    .toList());
        }
        return rows;
    }

    private static int colour(float[] pixels, int at, int channels, int plane, Normalization normalization) {
        int colour = 0;
        for (int c = 0; c < 3; c++) {
            int channel = channels == 3 ? c : 0;
            double value = pixels[at + channel * plane] * normalization.std().get(channel)
                    + normalization.mean().get(channel);
            colour = colour << 8 | (int) Math.round(255 * Math.clamp(value, 0, 1));
        }
        return colour;
    }
}
