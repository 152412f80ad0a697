package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The mean of the generated images of each class that the teacher sees, as a picture: in the order of the classes, ten a row.
 * A class that it sees nowhere stays grey.
 */
final class ClassMeans {

    private static final int COLUMNS = 10;

    private ClassMeans() {}

    /**
     * @param images float32 {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, {@code [n, k]}
     */
    static void write(Path file, Tensor images, Tensor logits, Normalization normalization) throws IOException {
        int classes = Math.toIntExact(logits.size(1));
        NormalisedPixels all = NormalisedPixels.of(images, normalization);
        long[] classOf;
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            classOf = logits.argmax(1).toLongs();
        }
        int size = all.channels() * all.height() * all.width();
        int[] counts = new int[classes];
        float[] means = new float[classes * size];
        for (int i = 0; i < classOf.length; i++) {
            int c = Math.toIntExact(classOf[i]);
            counts[c]++;
            for (int j = 0; j < size; j++) {
                means[c * size + j] += all.values()[i * size + j];
            }
        }
        for (int j = 0; j < means.length; j++) {
            means[j] /= Math.max(1, counts[j / size]);
        }
        NormalisedPixels mean = new NormalisedPixels(means, all.channels(), all.height(), all.width(), normalization);
        int columns = Math.min(COLUMNS, classes);
        Tiles picture = mean.tiles(columns, Math.ceilDiv(classes, columns));
        for (int c = 0; c < classes; c++) {
            if (counts[c] > 0) {
                int wanted = c;
                picture.draw(c % columns, c / columns, pixel -> mean.colour(wanted, pixel));
            }
        }
        picture.write(file);
    }
}
