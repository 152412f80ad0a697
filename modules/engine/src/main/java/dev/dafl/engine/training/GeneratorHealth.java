package dev.dafl.engine.training;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;

/**
 * What a generated batch says of its generator, without any data.
 *
 * @param finite whether all logits are numbers
 * @param classShare share of the batch, 0 to 1, in the class that the teacher sees most often
 * @param diversity standard deviation over the batch of each pixel, averaged over the pixels; 0 when all images are alike
 */
record GeneratorHealth(boolean finite, double classShare, double diversity) {

    static GeneratorHealth of(Tensor images, Tensor logits) {
        try (TensorScope _ = TensorScope.open(); GradMode _ = GradMode.disabled()) {
            boolean finite = logits.isfinite().all().item() != 0;
            long[] classes = logits.argmax(1).toLongs();
            int[] histogram = new int[Math.toIntExact(logits.size(1))];
            int most = 0;
            for (long c : classes) {
                most = Math.max(most, ++histogram[Math.toIntExact(c)]);
            }
            double diversity = images.detach().std(false, false, 0).mean().item();
            return new GeneratorHealth(finite, (double) most / classes.length, diversity);
        }
    }
}
