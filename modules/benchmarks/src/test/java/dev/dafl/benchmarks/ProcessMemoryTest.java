package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

    @Test
    void megabytesAreReadFromTheLineOfTheKey() {
        List<String> status = List.of("Name:\tjava", "VmHWM:\t 2097152 kB", "VmRSS:\t    1536 kB", "Threads:\t12");
        assertEquals(1.5, ProcessMemory.megabytes(status, "VmRSS:"));
        assertEquals(2048, ProcessMemory.megabytes(status, "VmHWM:"));
        assertEquals(Double.NaN, ProcessMemory.megabytes(status, "VmSwap:"));
    }

    @Test
    void linuxTellsBoth() {
        assertTrue(ProcessMemory.resident() > 0);
        assertTrue(ProcessMemory.peak() > 0);
    }
}
