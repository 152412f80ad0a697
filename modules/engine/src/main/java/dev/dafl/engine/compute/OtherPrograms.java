package dev.dafl.engine.compute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How much of the cores other programs have had since this was made. */
final class OtherPrograms {

    private static final Path STATISTICS = Path.of("/proc/stat");
    /** What Linux counts time in, whatever its own clock does. */
    private static final double TICKS_A_SECOND = 100;

    private static final int IDLE = 3;
    private static final int WAITING = 4;
    /** What follows is in the first two already. */
    private static final int LAST = 7;

    private final long start = System.nanoTime();
    private final double ours = ours();
    private final double all = all();

    /** On average, in cores; 0 where the system does not tell. */
    double cores() {
        double seconds = (System.nanoTime() - start) / 1e9;
        return Math.max(0, (all() - all - (ours() - ours)) / seconds);
    }

    private static double ours() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos()
                / 1e9;
    }

    private static double all() {
        try {
            return busySeconds(Files.readString(STATISTICS));
        } catch (IOException e) {
            // Only a hint: without it the measurement decides alone.
            return 0;
        }
    }

    /**
     * Seconds in which the cores had something to do since the machine was started.
     *
     * @param statistics as in {@code /proc/stat}
     */
    static double busySeconds(String statistics) {
        String[] ticks = statistics.lines().findFirst().orElse("").split(" +");
        double busy = 0;
        for (int i = 1; i < ticks.length && i <= LAST + 1; i++) {
            if (i - 1 != IDLE && i - 1 != WAITING) {
                busy += Long.parseLong(ticks[i]);
            }
        }
        return busy / TICKS_A_SECOND;
    }
}
