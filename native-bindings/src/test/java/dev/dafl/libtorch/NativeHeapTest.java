package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK takes native memory from the same heap as libtorch does. */
class NativeHeapTest {

    private static final long BLOCK = 24 << 20;
    /** What else of the process may come and go meanwhile. */
    private static final long SLACK = 8 << 20;

    private NativeHeap heap;

    @BeforeEach
    void find() {
        Assumptions.assumeTrue(NativeHeap.find().isPresent(), "glibc 2.33 or later, and so Linux");
        heap = NativeHeap.find().orElseThrow();
        heap.returnFreed();
    }

    @AfterEach
    void leaveAsItWas() {
        if (heap != null) {
            heap.returnFreed();
        }
    }

    @Test
    void keptBlocksStayInTheHeapUntilTheyAreReturned() throws IOException {
        long before = heap.size();
        heap.keepFreed();
        takeAndFree();
        long kept = heap.size();
        assertTrue(kept >= before + BLOCK - SLACK, before + " to " + kept);
        // Something small may settle in a freed block, and then the next one lies elsewhere; but not so again and
        // again.
        for (int i = 0; i < 40; i++) {
            takeAndFree();
        }
        long grown = heap.size() - kept;
        assertTrue(
                grown < 10 * BLOCK,
                grown + " bytes more for 40 blocks, of which none is there at the same time as another");
        long resident = residentPages();
        heap.returnFreed();
        long returned = (resident - residentPages()) * 4096;
        assertTrue(returned >= BLOCK - SLACK, returned + " bytes returned");
    }

    @Test
    void returnedBlocksAreOutsideTheHeap() {
        long before = heap.size();
        try (Arena arena = Arena.ofConfined()) {
            arena.allocate(BLOCK);
            assertTrue(heap.size() <= before + SLACK, before + " to " + heap.size());
        }
    }

    /** Of 4 KiB. */
    private static long residentPages() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }

    private static void takeAndFree() {
        try (Arena arena = Arena.ofConfined()) {
            arena.allocate(BLOCK);
        }
    }
}
