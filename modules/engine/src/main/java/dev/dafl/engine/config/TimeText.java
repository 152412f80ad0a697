package dev.dafl.engine.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as a file writes them: {@code 60s}, {@code 5m} or {@code 5min}, {@code 1h}. */
final class TimeText {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}) ?(s|m|min|h)");

    private TimeText() {}

    /** Empty for what is no time above 0. */
    static Optional<Duration> read(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches() || Long.parseLong(written.group(1)) == 0) {
            return Optional.empty();
        }
        long count = Long.parseLong(written.group(1));
        return Optional.of(
                switch (written.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofMinutes(count);
                });
    }

    /** In the largest unit of which it is a whole number. */
    static String write(Duration time) {
        long seconds = time.toSeconds();
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
