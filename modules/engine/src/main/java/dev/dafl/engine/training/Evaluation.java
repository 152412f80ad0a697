package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import java.util.List;

/** Measures networks, in the number format that they were trained in. */
public final class Evaluation {

    private static final int BATCH = 250;

    private Evaluation() {}

    /** The share of images, 0 to 1, whose largest logit is at their label. */
    public static double accuracy(Network network, LabelledImages data) {
        long right = 0;
        int batch = ImagesAtOnce.of(BATCH, data.shape());
        try (GradMode _ = GradMode.disabled()) {
            for (long start = 0; start < data.count(); start += batch) {
                try (TensorScope _ = TensorScope.open()) {
                    long length = Math.min(batch, data.count() - start);
                    Tensor logits = network.forward(data.images(start, length), Pass.frozen());
                    right += matches(logits, data.labels(start, length));
                }
            }
        }
        return (double) right / data.count();
    }

    /** How many images of each class, in rows, the network takes for which, in columns. */
    public static List<List<Long>> confusion(Network network, LabelledImages data, int classes) {
        Long[][] counts = new Long[classes][classes];
        Arrays.stream(counts).forEach(row -> Arrays.fill(row, 0L));
        int batch = ImagesAtOnce.of(BATCH, data.shape());
        try (GradMode _ = GradMode.disabled()) {
            for (long start = 0; start < data.count(); start += batch) {
                try (TensorScope _ = TensorScope.open()) {
                    long length = Math.min(batch, data.count() - start);
                    long[] seen = network.forward(data.images(start, length), Pass.frozen())
                            .argmax(1)
                            .toLongs();
                    long[] labels = data.labels(start, length).toLongs();
                    for (int i = 0; i < seen.length; i++) {
                        counts[Math.toIntExact(labels[i])][Math.toIntExact(seen[i])]++;
                    }
                }
            }
        }
        return Arrays.stream(counts).map(List::of).toList();
    }

    /** How many rows of logits {@code [n, k]} have their largest at the label {@code [n]}. */
    static long matches(Tensor logits, Tensor labels) {
        return Math.round(logits.argmax(1).eq(labels).to(DType.FLOAT32).sum().item());
    }
}
