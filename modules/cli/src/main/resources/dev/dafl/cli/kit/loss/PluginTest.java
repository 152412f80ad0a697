package @package@;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class @Class@Test {

    private final @Class@ loss = new @Class@();

    @Test
    void itIsTheMeanDifferenceOfNeighboursAndHasItsGradient() {
        try (TensorScope _ = TensorScope.open()) {
            // 0 1
            // 2 4: between the rows (2 + 3) / 2, between the columns (1 + 2) / 2
            Tensor images = Tensor.of(new float[] {0, 1, 2, 4}, 1, 1, 2, 2).requiresGrad_(true);
            Tensor logits = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 10);
            GeneratedBatch batch = GeneratedBatch.of(images, logits, Normalization.grey(0, 1)).build();
            Tensor value = loss.compute(batch, loss.defaults());
            assertEquals(4.0, value.item(), 1e-6);
            value.backward(List.of(images));
            assertArrayEquals(new float[] {-1, 0, 0, 1}, images.grad().orElseThrow().toFloats(), 1e-6f);
        }
    }
}
