package dev.dafl.plugins.spaceship;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.Workspace.Counter;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class MapStoreTest {

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

    @Test
    void theNewestOverwriteTheOldest() {
        try (TensorScope _ = TensorScope.open()) {
            MapStore store = new MapStore(Tensor.zeros(DType.FLOAT32, Device.CPU, 5, 1, 1, 1), new Number());
            assertEquals(0, store.size());
            store.add(maps(1, 2, 3));
            assertHolds(store, 3, 1, 2, 3, 0, 0);
            store.add(maps(4, 5, 6));
            assertHolds(store, 5, 6, 2, 3, 4, 5);
            store.add(maps(7, 8, 9, 10, 11));
            assertHolds(store, 5, 11, 7, 8, 9, 10);
        }
    }

    private static Tensor maps(float... ofEach) {
        return Tensor.of(ofEach, ofEach.length, 1, 1, 1);
    }

    private static void assertHolds(MapStore store, long size, float... ofEach) {
        assertArrayEquals(ofEach, store.maps().toFloats());
        assertEquals(size, store.size());
    }
}
