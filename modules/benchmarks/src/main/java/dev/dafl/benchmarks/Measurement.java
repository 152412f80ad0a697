package dev.dafl.benchmarks;

import dev.dafl.libtorch.ThreadModes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one process measured.
 *
 * @param seconds of each timed step
 * @param peakMegabytes the most resident memory that the process had
 * @param threads that libtorch had; 0 where the process does not say
 */
public record Measurement(List<Double> seconds, double peakMegabytes, int threads) {

    private static final String PEAK = "peak-mb ";
    private static final String THREADS = "threads ";

    /** This process, which has run these steps. */
    public static Measurement here(List<Double> seconds) {
        return new Measurement(seconds, ProcessMemory.peak(), ThreadModes.threads());
    }

    /** As the process prints it for the one that compares: a line for each step, one for the peak and one for the threads. */
    public String text() {
        StringBuilder text = new StringBuilder();
        seconds.forEach(s -> text.append(s).append(System.lineSeparator()));
        return text.append(String.format(Locale.ROOT, "%s%.1f%n%s%d", PEAK, peakMegabytes, THREADS, threads))
                .toString();
    }

    static Measurement parse(String text) {
        List<Double> seconds = new ArrayList<>();
        double peak = Double.NaN;
        int threads = 0;
        for (String line :
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            if (line.startsWith(PEAK)) {
                peak = Double.parseDouble(line.substring(PEAK.length()));
            } else if (line.startsWith(THREADS)) {
                threads = Integer.parseInt(line.substring(THREADS.length()));
            } else {
                seconds.add(Double.valueOf(line));
            }
        }
        return new Measurement(seconds, peak, threads);
    }

    double median() {
        return Spread.of(seconds).median();
    }

    double mean() {
        return seconds.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
