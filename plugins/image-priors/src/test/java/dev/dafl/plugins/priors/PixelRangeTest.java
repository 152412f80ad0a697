package dev.dafl.plugins.priors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelRangeTest {

    /** With mean 0.5 and std 0.25 a pixel lies between -2 and 2; with mean 0 and std 0.5 between 0 and 2. */
    @Test
    void onlyWhatIsOutsideCounts() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.of(new float[] {-3, 0, 2, 4, -1, 0, 1, 2}, 1, 2, 2, 2)
                    .requiresGrad_(true);
            GeneratedBatch batch = GeneratedBatch.of(
                            images, images, new Normalization(List.of(0.5, 0.0), List.of(0.25, 0.5)))
                    .build();
            PixelRange term = new PixelRange();
            Tensor loss = term.compute(batch, term.defaults());
            assertEquals((1.0 + 4 + 1) / 8, loss.item(), 1e-6);
            loss.backward();
            assertArrayEquals(
                    new float[] {-0.25f, 0, 0, 0.5f, -0.25f, 0, 0, 0},
                    images.takeGrad().orElseThrow().toFloats(),
                    1e-6f);
        }
    }
}
