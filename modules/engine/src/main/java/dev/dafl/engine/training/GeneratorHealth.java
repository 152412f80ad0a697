package dev.dafl.engine.training;

import dev.dafl.engine.run.Metric;
import dev.dafl.engine.run.Metric.Group;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a generated batch says of its generator, without any data.
 *
 * @param finite whether all logits are numbers
 * @param classShares of each class that the teacher sees, its share of the batch, 0 to 1
 * @param diversity standard deviation over the batch of each pixel, averaged over the pixels; 0 when all images are alike
 */
record GeneratorHealth(boolean finite, List<Double> classShares, double diversity) {

    static GeneratorHealth of(Tensor images, Tensor logits) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            boolean finite = logits.isfinite().all().item() != 0;
            long[] classes = logits.argmax(1).toLongs();
            int[] histogram = new int[Math.toIntExact(logits.size(1))];
            for (long c : classes) {
                histogram[Math.toIntExact(c)]++;
            }
            double diversity = images.detach().std(false, false, 0).mean().item();
            return new GeneratorHealth(
                    finite,
                    Arrays.stream(histogram)
                            .mapToObj(n -> (double) n / classes.length)
                            .toList(),
                    diversity);
        }
    }

    /** Share of the batch, 0 to 1, in the class that the teacher sees most often. */
    double classShare() {
        return classShares.stream().mapToDouble(share -> share).max().orElse(0);
    }

    List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        metrics.add(new Metric(Group.HEALTH, "class-share", classShare()));
        metrics.add(new Metric(Group.HEALTH, "diversity", diversity));
        metrics.add(new Metric(Group.HEALTH, "finite", finite ? 1 : 0));
        for (int c = 0; c < classShares.size(); c++) {
            metrics.add(new Metric(Group.CLASS_SHARE, Integer.toString(c), classShares.get(c)));
        }
        return metrics;
    }
}
