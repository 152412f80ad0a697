package dev.dafl.spi;

import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Images that a student learns from. */
@FunctionalInterface
public interface TransferSet {

    /**
     * A batch for one step. Its tensors belong to the innermost scope.
     *
     * @param size how many images
     * @param random the numbers of this step, from which all that is random in the batch follows
     */
    TransferBatch batch(int size, RandomGenerator random);

    /**
     * Some images.
     *
     * @param images float32 {@code [n, c, h, w]} on the device, normalised as the teacher's input is
     * @param labels int64 {@code [n]} where they are known
     */
    record TransferBatch(Tensor images, Optional<Tensor> labels) {}
}
