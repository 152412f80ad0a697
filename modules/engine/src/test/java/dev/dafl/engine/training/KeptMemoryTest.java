package dev.dafl.engine.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.libtorch.NativeHeap;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The JDK takes native memory from the same heap as libtorch does. */
class KeptMemoryTest {

    private static final long BLOCK = 24 << 20;
    private static final long SLACK = 8 << 20;

    @Test
    void freedMemoryIsKeptWhileATrainingRuns() {
        NativeHeap heap = heap();
        long before = heap.size();
        try (KeptMemory memory = new KeptMemory()) {
            for (int step = 0; step < 100; step++) {
                block(Arena.ofConfined()).close();
                memory.stepDone();
            }
            long kept = heap.size();
            assertTrue(kept >= before + BLOCK - SLACK, before + " to " + kept);
            assertTrue(kept <= before + 3 * BLOCK, "one block is taken again and again: " + before + " to " + kept);
        }
    }

    @Test
    void aHeapThatGrowsIsNotKept() {
        NativeHeap heap = heap();
        try (Arena leak = Arena.ofConfined();
                KeptMemory memory = new KeptMemory()) {
            for (int step = 0; step < 20; step++) {
                memory.stepDone();
            }
            long first = heap.size();
            for (int step = 0; step < 100; step++) {
                if (step < 40) {
                    block(leak);
                }
                memory.stepDone();
            }
            long grown = heap.size();
            assertTrue(
                    grown < first + 40 * BLOCK,
                    "the last blocks came from outside the heap, where they are given back");
            block(leak);
            assertTrue(heap.size() <= grown + SLACK, grown + " to " + heap.size());
        }
    }

    private static Arena block(Arena arena) {
        arena.allocate(BLOCK);
        return arena;
    }

    private static NativeHeap heap() {
        Assumptions.assumeTrue(NativeHeap.find().isPresent(), "glibc 2.33 or later");
        NativeHeap heap = NativeHeap.find().orElseThrow();
        heap.returnFreed();
        return heap;
    }
}
