package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What freed blocks do to the memory of a process depends on all that it did before; {@code dafl bench memory} shows it. */
class NativeHeapTest {

    private NativeHeap heap;

    @BeforeEach
    void find() {
        Assumptions.assumeTrue(NativeHeap.find().isPresent(), "glibc 2.33 or later, and so Linux");
        heap = NativeHeap.find().orElseThrow();
    }

    @Test
    void glibcAcceptsBothSettings() {
        assertDoesNotThrow(heap::keepFreed);
        assertDoesNotThrow(heap::returnFreed);
    }

    @Test
    void theHeapHoldsSomething() {
        assertTrue(heap.size() > 0);
    }
}
