package @package@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class @Class@Test {

    private final @Class@ loss = new @Class@();

    @Test
    void itIsTheSquaredDistanceOfTheProbabilitiesAndHasAGradient() {
        try (TensorScope _ = TensorScope.open()) {
            // softmax of (ln 3, 0) is (3/4, 1/4), of (0, 0) it is (1/2, 1/2): two squares of 1/4
            Tensor student = Tensor.of(new float[] {(float) Math.log(3), 0}, 1, 2).requiresGrad_(true);
            Tensor value = loss.compute(batch(student, Tensor.of(new float[] {0, 0}, 1, 2)), loss.defaults());
            assertEquals(0.125, value.item(), 1e-6);
            value.backward(List.of(student));
            assertTrue(student.grad().orElseThrow().toFloats()[0] > 0);
        }
    }

    @Test
    void equalNetworksHaveNone() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor logits = Tensor.of(new float[] {2, -1, 0.5f}, 1, 3);
            assertEquals(0, loss.compute(batch(logits, logits), new @Class@.Options(4)).item());
        }
    }

    private static DistillationBatch batch(Tensor student, Tensor teacher) {
        Tensor images = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 1, 8, 8);
        return DistillationBatch.of(images, student, teacher).build();
    }
}
