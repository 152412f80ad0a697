package dev.dafl.engine.report;

import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Numbers as the report writes them; a dash where there is none. */
final class Words {

    private static final String NONE = "–";

    private Words() {}

    /** A share, 0 to 1. */
    static String percent(Optional<Double> share) {
        return share.map(Words::percent).orElse(NONE);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** A spread of shares, with its deviation where there is more than one. */
    static String spread(Optional<Spread> spread) {
        return spread.map(s -> s.count() < 2
                        ? percent(s.mean())
                        : String.format(Locale.ROOT, "%.2f ± %.2f %%", 100 * s.mean(), 100 * s.std()))
                .orElse(NONE);
    }

    /** How much more {@code before} is than {@code after}. */
    static String times(long before, long after) {
        return after == 0 ? NONE : String.format(Locale.ROOT, "%.3g ×", (double) before / after);
    }

    /** A difference of shares, 0 to 1. */
    static String points(double difference) {
        return String.format(Locale.ROOT, "%.2f points", 100 * difference);
    }

    /** A large number in few digits: {@code 12.3 M}. */
    static String large(long number) {
        double value = number;
        for (String unit : List.of("", " k", " M", " G")) {
            if (value < 1000) {
                return String.format(Locale.ROOT, value < 100 && !unit.isEmpty() ? "%.1f%s" : "%.0f%s", value, unit);
            }
            value /= 1000;
        }
        return String.format(Locale.ROOT, "%,.1f T", value);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String rounded(Optional<Double> number) {
        return number.map(Math::round).map(Words::count).orElse(NONE);
    }

    /** Of bytes. */
    static String memory(Optional<Double> bytes) {
        return bytes.map(number -> count(Math.round(number / (1 << 20))) + " MB")
                .orElse(NONE);
    }

    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }

    static String duration(Optional<Double> seconds) {
        return seconds.map(Words::duration).orElse(NONE);
    }

    /** What somebody else's student came to, with what is said of it. */
    static String student(ReferenceConfig reference) {
        return percent(reference.student())
                + reference.note().map(note -> " (" + note + ")").orElse("");
    }
}
