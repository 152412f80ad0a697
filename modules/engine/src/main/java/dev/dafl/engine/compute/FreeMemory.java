package dev.dafl.engine.compute;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the machine has left for a program that starts now. */
public final class FreeMemory {

    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d{1,15}) kB$");

    private FreeMemory() {}

    /** Bytes; no more than a container's limit. Empty where the system does not say. */
    public static OptionalLong bytes() {
        try {
            return bytes(Files.readString(MEMINFO), limit());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong bytes(String meminfo, long limit) {
        Matcher available = AVAILABLE.matcher(meminfo);
        return available.find()
                ? OptionalLong.of(Math.min(limit, 1024 * Long.parseLong(available.group(1))))
                : OptionalLong.empty();
    }

    private static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }
}
