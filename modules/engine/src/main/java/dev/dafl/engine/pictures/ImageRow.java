package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One row of images as a picture: of each class the one that the teacher is surest of, in the order of the classes; of more than ten
 * classes ten of those that it sees. A class that it sees nowhere stays grey.
 */
final class ImageRow {

    private static final int COLUMNS = 10;

    private ImageRow() {}

    /**
     * @param images float32 {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, float32 {@code [n, k]}
     */
    static void write(Path file, Tensor images, Tensor logits, Normalization normalization) throws IOException {
        int classes = Math.toIntExact(logits.size(1));
        long[] seen = logits.argmax(1).toLongs();
        int[] surest = surest(logits.softmax(1).amax(false, 1).toFloats(), seen, classes);
        int[] drawn = DrawnClasses.of(seen, classes, COLUMNS);
        // Those of no class stand for the first image, which is not drawn.
        long[] chosen =
                Arrays.stream(drawn).mapToLong(c -> Math.max(0, surest[c])).toArray();
        NormalisedPixels pixels = NormalisedPixels.of(
                images.indexSelect(0, Tensor.of(chosen, chosen.length).to(images.device())), normalization);
        Tiles picture = pixels.tiles(Math.min(COLUMNS, classes), 1);
        for (int column = 0; column < drawn.length; column++) {
            if (surest[drawn[column]] >= 0) {
                int image = column;
                picture.draw(column, 0, pixel -> pixels.colour(image, pixel));
            }
        }
        picture.write(file);
    }

    /** The image of each class; -1 where there is none. */
    private static int[] surest(float[] sureness, long[] classOf, int classes) {
        int[] surest = new int[classes];
        Arrays.fill(surest, -1);
        for (int i = 0; i < classOf.length; i++) {
            int c = Math.toIntExact(classOf[i]);
            if (surest[c] < 0 || sureness[i] > sureness[surest[c]]) {
                surest[c] = i;
            }
        }
        return surest;
    }
}
