package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.Schedule;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {

    @Test
    void aBatchIsCutIntoEqualPartsThatFit() {
        MemoryNeed need = new MemoryNeed(1000, 10);
        assertEquals(128, need.fitting(128, 1000 + 1280));
        assertEquals(64, need.fitting(128, 1000 + 1279));
        assertEquals(43, need.fitting(128, 1000 + 500));
        assertEquals(2, need.fitting(128, 0));
        assertEquals(1000 + 20, need.bytes(2));
    }

    /**
     * One image of LeNet-5 leaves 6x28x28 values of its first convolution, a quarter of them after the pooling and again after
     * ReLU, and so on; the generator's are far more.
     */
    @Test
    void whatAnImageLeavesIsCounted() {
        long before = Tensor.liveCount();
        try (TensorScope _ = TensorScope.open();
                SmallNetworks networks = SmallNetworks.build(MemoryFormat.CHANNELS_LAST, 1)) {
            MemoryNeed need = MemoryNeed.of(networks.setup(
                    new Schedule.Joint(1L), 0.01, new GuardConfig(null, null, null, null, null, null), false));
            long lenet = 4 * 6 * 28 * 28;
            assertTrue(need.perImage() > 3 * lenet, need.toString());
            assertTrue(need.perImage() < 1 << 20, need.toString());
            assertTrue(need.fixed() > 7 * 4 * networks.generator().parameters().count(), need.toString());
        }
        assertEquals(before, Tensor.liveCount());
    }
}
