package dev.dafl.engine.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FreeMemoryTest {

    private static final String MEMINFO = "MemTotal:       2000 kB\nMemFree:  10 kB\nMemAvailable:    1500 kB\n";

    @Test
    void itIsWhatTheSystemHasOrAContainerMayTake() {
        assertEquals(OptionalLong.of(1500 * 1024), FreeMemory.bytes(MEMINFO, Long.MAX_VALUE));
        assertEquals(OptionalLong.of(1000), FreeMemory.bytes(MEMINFO, 1000));
        assertEquals(OptionalLong.empty(), FreeMemory.bytes("MemTotal: 3 kB\n", 1000));
        assertTrue(FreeMemory.bytes().orElse(1) > 0);
    }
}
