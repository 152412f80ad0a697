package dev.dafl.plugins.kd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.Plugin;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class LogitMatchingTest {

    /** |1-2| + |0+1| + |-1-0| + |3-1| = 5 over four logits; the gradient is the sign of each difference over four. */
    @Test
    void isTheMeanAbsoluteDifference() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor teacher = Tensor.of(new float[] {2, -1, 0, 1}, 2, 2);
            Tensor student = Tensor.of(new float[] {1, 0, -1, 3}, 2, 2).requiresGrad_(true);
            Tensor loss = new LogitMatching()
                    .compute(
                            DistillationBatch.of(Tensor.zeros(DType.FLOAT32, Device.CPU, 2, 1, 2, 2), student, teacher)
                                    .build(),
                            Plugin.NoOptions.INSTANCE);
            assertEquals(1.25, loss.item(), 1e-6);
            loss.backward();
            assertArrayEquals(
                    new float[] {-0.25f, 0.25f, -0.25f, 0.25f},
                    student.takeGrad().orElseThrow().toFloats());
        }
    }
}
