package dev.dafl.spi;

import dev.dafl.spi.Synthesis.Score;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import java.util.Map;

/**
 * For methods with an inner loop: the images with the smallest loss of a round, in memory of their own, so that later steps do not
 * change them. A loss that is no number is never the smallest, and is told of, which ends the run.
 */
public final class BestImages {

    private final Tensor images;
    private double smallest = Double.POSITIVE_INFINITY;
    private Map<String, Double> values = Map.of();

    /** Its memory belongs to the innermost scope. */
    public BestImages(int batch, ImageShape shape, Device device) {
        images = Tensor.zeros(DType.FLOAT32, device, batch, shape.channels(), shape.height(), shape.width());
    }

    /** @param made of one step, {@code [n, c, h, w]} */
    public void offer(Tensor made, Score score) {
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

    /** {@code [batch, c, h, w]}; zeros before the first finite loss. */
    public Tensor images() {
        return images;
    }

    /** The losses of those images. */
    public Map<String, Double> values() {
        return values;
    }
}
