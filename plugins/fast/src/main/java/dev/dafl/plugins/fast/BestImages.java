package dev.dafl.plugins.fast;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import java.util.Map;

/**
 * The images with the smallest loss of a round, in memory of their own: those of later steps do not change them. A loss that is
 * no number is never the smallest, and is told of, which ends the run.
 */
final class BestImages {

    private final Tensor images;
    private double smallest = Double.POSITIVE_INFINITY;
    private Map<String, Double> values = Map.of();

    /** In the innermost scope. */
    BestImages(int batch, ImageShape shape, Device device) {
        images = Tensor.zeros(DType.FLOAT32, device, batch, shape.channels(), shape.height(), shape.width());
    }

    /** @param made of one step, {@code [n, c, h, w]} */
    void offer(Tensor made, Score score) {
        double loss = score.total().item();
        if (loss < smallest) {
            smallest = loss;
            values = score.values();
            try (GradMode _ = GradMode.disabled()) {
                images.copy_(made.detach());
            }
        } else if (!Double.isFinite(loss)) {
            values = score.values();
        }
    }

    Tensor images() {
        return images;
    }

    /** The losses of those images. */
    Map<String, Double> values() {
        return values;
    }
}
