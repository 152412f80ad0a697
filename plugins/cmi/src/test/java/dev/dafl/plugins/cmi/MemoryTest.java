package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private static final RandomStream RANDOM = new RandomStream(5);

    private TensorScope scope;
    private Memory memory;

    private static final class Number implements Counter {

        private long value;

        @Override
        public long get() {
            return value;
        }

        @Override
        public void set(long now) {
            value = now;
        }
    }

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        memory = new Memory(Tensor.zeros(DType.FLOAT32, Device.CPU, 5, 1), new Number());
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theNewestOverwriteTheOldest() {
        memory.add(Tensor.of(new float[] {1, 2, 3}, 3, 1));
        assertArrayEquals(new float[] {1, 2, 3, 0, 0}, memory.rows().toFloats());
        memory.add(Tensor.of(new float[] {4, 5, 6}, 3, 1));
        assertArrayEquals(new float[] {6, 2, 3, 4, 5}, memory.rows().toFloats());
        memory.add(Tensor.of(new float[] {7, 8, 9, 10, 11}, 5, 1));
        assertArrayEquals(new float[] {11, 7, 8, 9, 10}, memory.rows().toFloats());
    }

    @Test
    void onlyWhatWasAddedIsDrawn() {
        assertTrue(memory.draw(4, RANDOM.at("draw", 0)).isEmpty());
        memory.add(Tensor.of(new float[] {1, 2, 3}, 3, 1));
        assertArrayEquals(
                new float[] {1, 2, 3},
                memory.draw(4, RANDOM.at("draw", 0)).orElseThrow().toFloats());
        Set<Float> seen = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            float[] drawn = memory.draw(2, RANDOM.at("draw", i)).orElseThrow().toFloats();
            assertEquals(2, drawn.length);
            seen.add(drawn[0]);
            seen.add(drawn[1]);
        }
        assertEquals(Set.of(1f, 2f, 3f), seen);
    }
}
