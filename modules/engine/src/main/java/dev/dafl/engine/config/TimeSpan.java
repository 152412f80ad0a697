package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as files have it: {@code 90s}, {@code 30m} or {@code 30min}, {@code 2h}, {@code 1d}.
 *
 * @param duration above 0, in whole seconds
 */
public record TimeSpan(Duration duration) {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,7}) ?(s|m|min|h|d)");

    /** @throws IllegalArgumentException when it is none */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TimeSpan of(String text) {
        return read(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a time is such as 90s, 30m, 2h or 1d, not '" + OneLine.shortened(text) + "'"));
    }

    /** Empty for what is no time above 0. */
    static Optional<TimeSpan> read(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches() || Long.parseLong(written.group(1)) == 0) {
            return Optional.empty();
        }
        long count = Long.parseLong(written.group(1));
        return Optional.of(new TimeSpan(
                switch (written.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "h" -> Duration.ofHours(count);
                    case "d" -> Duration.ofDays(count);
                    default -> Duration.ofMinutes(count);
                }));
    }

    /** As it is written in a file. */
    @JsonValue
    @Override
    public String toString() {
        long seconds = duration.toSeconds();
        return seconds % 86_400 == 0
                ? seconds / 86_400 + "d"
                : seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
