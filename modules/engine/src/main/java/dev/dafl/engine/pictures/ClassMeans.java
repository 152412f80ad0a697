package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The mean of the generated images of each class that the teacher sees, as a picture: in the order of the classes, ten a row.
 * A class that it sees nowhere stays grey.
 */
final class ClassMeans {

    private static final int COLUMNS = 10;

    private ClassMeans() {}

    /**
     * @param made float32 {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, {@code [n, k]}
     */
    static void write(Path file, Tensor made, Tensor logits, Normalization normalization) throws IOException {
        int classes = Math.toIntExact(logits.size(1));
        NormalisedPixels all = NormalisedPixels.of(made, normalization);
        long[] classOf;
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            classOf = logits.argmax(1).toLongs();
        }
        int size = all.channels() * all.height() * all.width();
        Map<Integer, List<Integer>> members = IntStream.range(0, classOf.length)
                .boxed()
                .collect(Collectors.groupingBy(i -> Math.toIntExact(classOf[i])));
        int columns = Math.min(COLUMNS, classes);
        Tiles picture = all.tiles(columns, Math.ceilDiv(classes, columns));
        members.forEach((c, images) -> {
            float[] mean = new float[size];
            for (int image : images) {
                for (int j = 0; j < size; j++) {
                    mean[j] += all.values()[image * size + j];
                }
            }
            for (int j = 0; j < size; j++) {
                mean[j] /= images.size();
            }
            NormalisedPixels drawn =
                    new NormalisedPixels(mean, all.channels(), all.height(), all.width(), normalization);
            picture.draw(c % columns, c / columns, pixel -> drawn.colour(0, pixel));
        });
        picture.write(file);
    }
}
