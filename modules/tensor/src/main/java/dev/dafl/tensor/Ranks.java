package dev.dafl.tensor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The processes that train one experiment together, as MPI counts them. All call the same methods in the same order with tensors of
 * the same type, and each call waits for the others. A network whose {@linkplain dev.dafl.tensor.nn.Parameters parameters} know of
 * ranks computes a part of each batch in each of them; everything outside of it sees whole batches, the same in all.
 *
 * <p>One interface, so that what moves the numbers can be another than MPI where there is something faster.
 */
public interface Ranks {

    /** One process alone. */
    Ranks ALONE = new OneRank();

    /** From 0. */
    int rank();

    /** How many processes there are. */
    int size();

    /**
     * The sum over all ranks, element by element, with the same bits in all ({@code MPI_Allreduce}).
     *
     * @param own float32 or float64; of the same shape in all ranks
     * @return a new tensor of that shape and type, on its device
     */
    Tensor sum(Tensor own);

    /**
     * The rows of all ranks, those of rank 0 first ({@code MPI_Allgather}).
     *
     * @param own {@code [rows, ...]}: those of {@link Rows#of} for this rank
     * @param count of the rows of all ranks
     * @return a new tensor {@code [count, ...]}
     */
    Tensor gather(Tensor own, long count);

    /** What rank 0 has is written over what the others have, on the CPU or elsewhere ({@code MPI_Bcast}). */
    void broadcast(Tensor tensor);

    /** The text of rank 0, in all. */
    String first(String own);

    /** Whether it is so in any rank. */
    default boolean any(boolean own) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            return sum(Tensor.of(new double[] {own ? 1 : 0}, 1)).item() > 0;
        }
    }

    /** Whether there are others. */
    default boolean together() {
        return size() > 1;
    }

    /** What each rank says, rank 0's first. */
    default List<String> texts(String own) {
        byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            long[] lengths =
                    gather(Tensor.of(new long[] {bytes.length}, 1), size()).toLongs();
            int most = Math.max(1, (int) Arrays.stream(lengths).max().orElse(0));
            byte[] all = gather(Tensor.of(Arrays.copyOf(bytes, most), 1, most), size())
                    .toBytes();
            List<String> texts = new ArrayList<>();
            for (int rank = 0; rank < lengths.length; rank++) {
                texts.add(new String(all, rank * most, (int) lengths[rank], StandardCharsets.UTF_8));
            }
            return texts;
        }
    }

    /** Over which rows a batch norm takes mean and variance while training. */
    enum BatchNorm {
        /** Those of the whole batch, as in one process: two exchanges for each layer. */
        SYNC,
        /** Those of each rank, as if its rows were the batch; what is kept for evaluation is the mean over all ranks. */
        LOCAL
    }

    /** Over which rows they do here. */
    default BatchNorm batchNorm() {
        return BatchNorm.SYNC;
    }

    /**
     * Which rows of a batch are one rank's: as many for each as can be, one more for the first ranks where some are left over.
     *
     * @param from the first
     * @param count of them
     */
    record Rows(long from, long count) {

        /** @param count of the rows of all */
        public static Rows of(long count, int rank, int size) {
            long each = count / size;
            long left = count % size;
            return new Rows(rank * each + Math.min(rank, left), each + (rank < left ? 1 : 0));
        }
    }
}
