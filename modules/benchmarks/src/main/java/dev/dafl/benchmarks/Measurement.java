package dev.dafl.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one process measured.
 *
 * @param seconds of each timed step
 * @param peakMegabytes the most resident memory that the process had
 */
public record Measurement(List<Double> seconds, double peakMegabytes) {

    private static final String PEAK = "peak-mb ";

    /** This process, which has run these steps. */
    public static Measurement here(List<Double> seconds) {
        return new Measurement(seconds, ProcessMemory.peak());
    }

    /** As the process prints it for the one that compares: a line for each step, and one for the peak. */
    public String text() {
        StringBuilder text = new StringBuilder();
        seconds.forEach(s -> text.append(s).append(System.lineSeparator()));
        return text.append(String.format(Locale.ROOT, "%s%.1f", PEAK, peakMegabytes))
                .toString();
    }

    static Measurement parse(String text) {
        List<Double> seconds = new ArrayList<>();
        double peak = Double.NaN;
        for (String line :
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            if (line.startsWith(PEAK)) {
                peak = Double.parseDouble(line.substring(PEAK.length()));
            } else {
                seconds.add(Double.valueOf(line));
            }
        }
        return new Measurement(seconds, peak);
    }

    double median() {
        return Spread.of(seconds).median();
    }
}
