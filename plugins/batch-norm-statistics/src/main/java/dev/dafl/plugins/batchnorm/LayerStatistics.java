package dev.dafl.plugins.batchnorm;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import java.util.ArrayList;
import java.util.List;

/**
 * The statistics of all batch-norm layers, one behind another: the mean and the variance of each channel of the first layer,
 * then those of the second, and so on; {@code [d]}, with d twice the sum of all channels.
 *
 * @param ofBatch of the batch; gradients flow through it
 * @param ofTraining what the layers remember
 * @param parts how long each mean and each variance is
 */
record LayerStatistics(Tensor ofBatch, Tensor ofTraining, List<Long> parts) {

    static LayerStatistics of(List<BatchNormInput> layers) {
        if (layers.isEmpty()) {
            throw new IllegalStateException(
                    "batch-norm-statistics compares what enters the teacher's batch-norm layers,"
                            + " and the teacher has none, or they were folded into its convolutions; take another teacher, or"
                            + " leave the loss out");
        }
        List<Tensor> ofBatch = new ArrayList<>();
        List<Tensor> ofTraining = new ArrayList<>();
        List<Long> parts = new ArrayList<>();
        for (BatchNormInput layer : layers) {
            ofBatch.add(layer.input().mean(false, 0, 2, 3));
            ofBatch.add(layer.input().variance(false, false, 0, 2, 3));
            ofTraining.add(layer.runningMean());
            ofTraining.add(layer.runningVar());
            parts.add(layer.runningMean().numel());
            parts.add(layer.runningVar().numel());
        }
        return new LayerStatistics(Functional.cat(ofBatch, 0), Functional.cat(ofTraining, 0), parts);
    }

    /**
     * How far statistics are from those of training: the sum of the Euclidean lengths of the parts.
     *
     * @param statistics {@code [d]}
     * @return one number without dimensions
     */
    Tensor distance(Tensor statistics) {
        Tensor squares = ofTraining.sub(statistics).square();
        List<Tensor> sums = new ArrayList<>();
        long start = 0;
        for (long length : parts) {
            sums.add(squares.narrow(0, start, length).sum());
            start += length;
        }
        return root(Functional.stack(sums, 0)).sum();
    }

    /** Square roots; that of 0 has the gradient 0, where the square root alone would have one that is infinite. */
    private static Tensor root(Tensor squares) {
        Tensor nothing = squares.eq(Tensor.scalar(0, squares.dtype())).to(squares.dtype());
        return squares.add(nothing).sqrt().sub(nothing);
    }
}
