package dev.dafl.engine.compute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most main memory that this process has held at once since a moment, as Linux counts it ({@code VmHWM}, proc_pid_status(5)):
 * the heap, libtorch's tensors and code, but not the memory of a GPU. Work that goes on beside in the same process is in it.
 */
public final class PeakMemory {

    private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d{1,15}) kB$");

    private final Path status;
    private final boolean reset;
    private final OptionalLong before;

    private PeakMemory(Path status, boolean reset) {
        this.status = status;
        this.reset = reset;
        this.before = read(status);
    }

    /** Begins to look. */
    public static PeakMemory sinceNow() {
        return sinceNow(Path.of("/proc/self/status"), Path.of("/proc/self/clear_refs"));
    }

    static PeakMemory sinceNow(Path status, Path clear) {
        return new PeakMemory(status, reset(clear));
    }

    /** The system forgets the peak so far where it may be told to (since Linux 4.0, not in every container). */
    private static boolean reset(Path clear) {
        try {
            Files.writeString(clear, "5", StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Bytes. Empty where the system does not say, and where the peak is from before: it could not be reset, and has not grown
     * since.
     */
    public OptionalLong bytes() {
        OptionalLong now = read(status);
        return reset || !now.equals(before) ? now : OptionalLong.empty();
    }

    private static OptionalLong read(Path status) {
        try {
            Matcher peak = PEAK.matcher(Files.readString(status));
            return peak.find() ? OptionalLong.of(1024 * Long.parseLong(peak.group(1))) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
