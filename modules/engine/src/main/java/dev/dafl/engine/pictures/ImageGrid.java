package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Generated images as a picture: a row for each class, with those that the teacher is surest of. Of more than a hundred classes
 * only those have one that it sees, and a hundred at most.
 */
final class ImageGrid {

    private static final int COLUMNS = 10;
    private static final int MOST_ROWS = 100;

    private ImageGrid() {}

    /**
     * @param images float32 {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, {@code [n, k]}
     */
    static void write(Path file, Tensor images, Tensor logits, Normalization normalization) throws IOException {
        int classes = Math.toIntExact(logits.size(1));
        NormalisedPixels pixels = NormalisedPixels.of(images, normalization);
        List<List<Integer>> rows;
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            rows = rows(
                    logits.softmax(1).amax(false, 1).toFloats(),
                    logits.argmax(1).toLongs(),
                    classes);
        }
        Tiles picture = pixels.tiles(COLUMNS, rows.size());
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).size(); column++) {
                int image = rows.get(row).get(column);
                picture.draw(column, row, pixel -> pixels.colour(image, pixel));
            }
        }
        picture.write(file);
    }

    private static List<List<Integer>> rows(float[] sureness, long[] classOf, int classes) {
        List<List<Integer>> rows = new ArrayList<>();
        for (int wanted : DrawnClasses.of(classOf, classes, MOST_ROWS)) {
            rows.add(IntStream.range(0, classOf.length)
                    .filter(i -> classOf[i] == wanted)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> sureness[i])
                            .reversed())
                    .limit(COLUMNS)
                    .toList());
        }
        return rows;
    }
}
