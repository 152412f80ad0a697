package dev.dafl.engine.training;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.random.RandomGenerator;

/**
 * Generated batches with what the teacher sees in them, drawn evenly from all that were offered (reservoir sampling).
 */
final class ImageBank implements AutoCloseable {

    private final RandomStream random;
    private final String purpose;
    private final int batches;
    private final TensorScope scope = TensorScope.detached();
    private Tensor images;
    private Tensor labels;
    private long offered;

    /**
     * @param purpose names the random numbers by which batches are kept
     * @param batches that are kept
     */
    ImageBank(RandomStream random, String purpose, int batches) {
        this.random = random;
        this.purpose = purpose;
        this.batches = batches;
    }

    boolean isEmpty() {
        return offered == 0;
    }

    /** Takes the memory for batches like this one, once, so that a run's first steps show what it needs. */
    void reserve(Tensor batch) {
        if (images == null) {
            try (TensorScope _ = TensorScope.open()) {
                images = Tensor.zeros(
                                DType.FLOAT32,
                                batch.device(),
                                batches,
                                batch.size(0),
                                batch.size(1),
                                batch.size(2),
                                batch.size(3))
                        .moveTo(scope);
                labels = Tensor.zeros(DType.INT64, batch.device(), batches, batch.size(0))
                        .moveTo(scope);
            }
        }
    }

    /**
     * @param batch {@code [n, c, h, w]}, as reserved
     * @param teacherLogits {@code [n, k]}
     */
    void offer(Tensor batch, Tensor teacherLogits) {
        long place = offered++;
        if (place >= batches) {
            place = random.at(purpose, place).nextLong(offered);
            if (place >= batches) {
                return;
            }
        }
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            images.select(0, place).copy_(batch);
            labels.select(0, place).copy_(teacherLogits.argmax(1));
        }
    }

    /** Images {@code [count, c, h, w]}, each drawn from all that are kept. */
    Tensor draw(int count, RandomGenerator numbers) {
        long[] which = new long[count];
        long kept = Math.min(offered, batches) * images.size(1);
        for (int i = 0; i < count; i++) {
            which[i] = numbers.nextLong(kept);
        }
        return images.view(-1, images.size(2), images.size(3), images.size(4))
                .indexSelect(0, Tensor.of(which, count).to(images.device()));
    }

    /** The share of the images, 0 to 1, of which a network, in float32, says what the teacher says. */
    double agreement(Network network) {
        long filled = Math.min(offered, batches);
        long right = 0;
        Network exact = network.inFloat32();
        try (GradMode _ = GradMode.disabled()) {
            for (long i = 0; i < filled; i++) {
                try (TensorScope _ = TensorScope.open()) {
                    right += Evaluation.matches(
                            exact.forward(images.select(0, i), Pass.evaluate()), labels.select(0, i));
                }
            }
        }
        return (double) right / (filled * labels.size(1));
    }

    @Override
    public void close() {
        scope.close();
    }
}
