package dev.dafl.engine.training;

import dev.dafl.engine.task.Task;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often a student says what its teacher says of images that it has not learnt from: all that can be measured without
 * data. It tells nothing of how good the teacher is, nor of images that its source does not make.
 */
public final class Agreement {

    private static final int BATCH = 250;
    private static final int MOST = 5000;
    private static final int FEWEST = 500;

    private Agreement() {}

    /** Makes fresh images. */
    @FunctionalInterface
    public interface Source {

        /** @return images {@code [count, c, h, w]}, normalised as the teacher takes them, in the innermost scope */
        Tensor images(int count, RandomGenerator random);
    }

    /**
     * How many images of each class of the teacher's, in rows, the student takes for which, in columns: of 5,000, or of as many as
     * have the pixels of so many of 64x64, but of 500 at least.
     */
    public static List<List<Long>> counts(
            Source source, Task task, Network teacher, Network student, RandomStream random) {
        int classes = task.classes();
        int images = Math.max(FEWEST, ImagesAtOnce.of(MOST, task.shape()));
        int batch = ImagesAtOnce.of(BATCH, task.shape());
        Long[][] counts = new Long[classes][classes];
        Arrays.stream(counts).forEach(row -> Arrays.fill(row, 0L));
        try (GradMode _ = GradMode.disabled()) {
            for (int start = 0; start < images; start += batch) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor made = source.images(Math.min(batch, images - start), random.at("agreement", start / batch));
                    long[] said = said(teacher, made);
                    long[] seen = said(student, made);
                    for (int i = 0; i < said.length; i++) {
                        counts[Math.toIntExact(said[i])][Math.toIntExact(seen[i])]++;
                    }
                }
            }
        }
        return Arrays.stream(counts).map(List::of).toList();
    }

    private static long[] said(Network network, Tensor images) {
        return network.forward(images, Pass.frozen()).argmax(1).toLongs();
    }
}
