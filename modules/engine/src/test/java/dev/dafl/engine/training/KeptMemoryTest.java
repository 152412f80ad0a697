package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When freed memory is kept and when it is given back; what that does to a process is shown by {@code dafl bench memory}. */
class KeptMemoryTest {

    private static final long MIB = 1 << 20;

    /** Of the size that the test says, and with a list of what was set. */
    private static final class GivenHeap implements KeptMemory.Heap {

        private long size;
        private int looks;
        private final List<String> settings = new ArrayList<>();

        @Override
        public long size() {
            looks++;
            return size;
        }

        @Override
        public void keepFreed() {
            settings.add("keep");
        }

        @Override
        public void returnFreed() {
            settings.add("return");
        }
    }

    private final GivenHeap heap = new GivenHeap();

    @Test
    void freedMemoryIsKeptWhileATrainingRuns() {
        try (KeptMemory memory = new KeptMemory(Optional.of(heap))) {
            heap.size = 400 * MIB;
            steps(memory, KeptMemory.LOOK_EVERY);
            // Half as much again and what an evaluation may take is not a growth.
            heap.size = 600 * MIB + KeptMemory.TOLERATED;
            steps(memory, 1000);
            assertEquals(List.of("keep"), heap.settings);
        }
        assertEquals(List.of("keep", "return"), heap.settings);
    }

    @Test
    void aHeapThatGrowsIsNotKept() {
        try (KeptMemory memory = new KeptMemory(Optional.of(heap))) {
            heap.size = 400 * MIB;
            steps(memory, KeptMemory.LOOK_EVERY);
            heap.size = 600 * MIB + KeptMemory.TOLERATED + 1;
            steps(memory, KeptMemory.LOOK_EVERY - 1);
            assertEquals(List.of("keep"), heap.settings, "between two looks");
            steps(memory, 1);
            assertEquals(List.of("keep", "return"), heap.settings);
            heap.size = 0;
            steps(memory, 100);
        }
        assertEquals(List.of("keep", "return"), heap.settings, "given back once, for the rest of the training");
    }

    @Test
    void theHeapIsLookedAtNowAndThen() {
        try (KeptMemory memory = new KeptMemory(Optional.of(heap))) {
            steps(memory, 10 * KeptMemory.LOOK_EVERY);
        }
        assertEquals(10, heap.looks);
    }

    private static void steps(KeptMemory memory, int steps) {
        for (int step = 0; step < steps; step++) {
            memory.stepDone();
        }
    }
}
