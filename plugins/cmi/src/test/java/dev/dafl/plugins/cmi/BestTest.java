package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BestTest {

    private TensorScope scope;
    private Tensor kept;
    private Best best;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        kept = Tensor.zeros(DType.FLOAT32, Device.CPU, 1);
        best = new Best(kept);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theSmallestLossIsKeptAndDoesNotChangeWithWhatItWasCopiedFrom() {
        Tensor images = Tensor.of(new float[] {1}, 1);
        best.offer(3, images);
        images.copy_(Tensor.of(new float[] {2}, 1));
        assertKept(1);
        best.offer(2, images);
        images.copy_(Tensor.of(new float[] {5}, 1));
        best.offer(2.5, images);
        best.offer(2, images);
        assertKept(2);
        best.offer(-1, images);
        assertKept(5);
    }

    @Test
    void aLossThatIsNoNumberDoesNotPassUnseen() {
        best.offer(3, Tensor.of(new float[] {1}, 1));
        best.offer(Double.NaN, Tensor.of(new float[] {Float.NaN}, 1));
        assertKept(Float.NaN);
    }

    private void assertKept(float value) {
        assertArrayEquals(new float[] {value}, kept.toFloats());
    }
}
