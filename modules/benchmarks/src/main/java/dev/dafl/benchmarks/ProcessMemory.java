package dev.dafl.benchmarks;

import dev.dafl.libtorch.NativeHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of this process, as Linux and its C library count it. */
public final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** Megabytes now. */
    public static double resident() {
        return read("VmRSS:");
    }

    /** The most megabytes there were. */
    public static double peak() {
        return read("VmHWM:");
    }

    /** Megabytes that the native heap has of the system, used or free; NaN where the C library does not tell. */
    public static double heap() {
        return NativeHeap.find().map(heap -> heap.size() / 0x1p20).orElse(Double.NaN);
    }

    private static double read(String key) {
        try {
            return megabytes(Files.readAllLines(STATUS), key);
        } catch (IOException e) {
            throw new UncheckedIOException("resident memory is read from " + STATUS + ", which is not here", e);
        }
    }

    /** Of the line that begins with this key, in kB there. */
    static double megabytes(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }
}
