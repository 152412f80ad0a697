package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Measures networks, in the number format that they were trained in. */
public final class Evaluation {

    private static final int BATCH = 250;

    private Evaluation() {}

    /** The share of images, 0 to 1, whose largest logit is at their label. */
    public static double accuracy(Network network, LabelledImages data) {
        LongAdder right = new LongAdder();
        data.inBatches(BATCH, (images, labels) -> right.add(matches(network.forward(images, Pass.frozen()), labels)));
        return right.doubleValue() / data.count();
    }

    /** How many images of each class, in rows, the network takes for which, in columns. */
    public static List<List<Long>> confusion(Network network, LabelledImages data, int classes) {
        Long[][] counts = new Long[classes][classes];
        Arrays.stream(counts).forEach(row -> Arrays.fill(row, 0L));
        data.inBatches(BATCH, (images, labels) -> {
            long[] seen = network.forward(images, Pass.frozen()).argmax(1).toLongs();
            long[] wanted = labels.toLongs();
            for (int i = 0; i < seen.length; i++) {
                counts[Math.toIntExact(wanted[i])][Math.toIntExact(seen[i])]++;
            }
        });
        return Arrays.stream(counts).map(List::of).toList();
    }

    /** How many rows of logits {@code [n, k]} have their largest at the label {@code [n]}. */
    static long matches(Tensor logits, Tensor labels) {
        return Math.round(logits.argmax(1).eq(labels).to(DType.FLOAT32).sum().item());
    }
}
