package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.benchmarks.ThreadComparison.Row;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThreadComparisonTest {

    /** Prints what a process that times its steps would; is called with {@code --threads N}. */
    private static final String PRINTED =
            "case $2 in 1) echo 0.8; echo threads 1;; 2) echo 0.25; echo 0.75; echo threads 2;; 0) echo 1.0; echo threads 1;; esac";

    @Test
    void allAreComparedWithTheBestOfTheCountsThatWereAskedFor() throws Exception {
        assertEquals(
                List.of(
                        new Row(1, Set.of(1), new Spread(0.8, 0.8, 0.8), new Spread(1.6, 1.6, 1.6)),
                        new Row(2, Set.of(2), new Spread(0.5, 0.5, 0.5), new Spread(1, 1, 1)),
                        new Row(0, Set.of(1), new Spread(1, 1, 1), new Spread(2, 2, 2))),
                new ThreadComparison(List.of("sh", "-c", PRINTED, "sh"), List.of(1, 2, 0), 0, 2).rows());
    }

    @Test
    void busyCoresComputeUntilTheyAreClosed() throws Exception {
        List<Thread> before = busy();
        try (BusyCores _ = new BusyCores(1)) {
            assertEquals(before.size() + 1, busy().size());
        }
        for (Thread thread : busy()) {
            thread.join();
        }
        assertEquals(List.of(), busy());
    }

    private static List<Thread> busy() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("busy-"))
                .toList();
    }
}
