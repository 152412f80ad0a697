package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;

/** Measures networks, in float32 whatever they were trained in. */
public final class Evaluation {

    private static final long BATCH = 1000;

    private Evaluation() {}

    /** The share of images, 0 to 1, whose largest logit is at their label. */
    public static double accuracy(Network network, LabelledImages data) {
        long right = 0;
        try (GradMode _ = GradMode.disabled()) {
            for (long start = 0; start < data.count(); start += BATCH) {
                try (TensorScope _ = TensorScope.open()) {
                    long length = Math.min(BATCH, data.count() - start);
                    Tensor logits = network.forward(data.images(start, length), Pass.evaluate());
                    right += matches(logits, data.labels(start, length));
                }
            }
        }
        return (double) right / data.count();
    }

    /** How many rows of logits {@code [n, k]} have their largest at the label {@code [n]}. */
    static long matches(Tensor logits, Tensor labels) {
        return Math.round(logits.argmax(1).eq(labels).to(DType.FLOAT32).sum().item());
    }
}
