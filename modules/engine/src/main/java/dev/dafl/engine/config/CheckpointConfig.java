package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.dafl.spi.Range;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often the state of a run is written, so that {@code dafl resume} can go on after whatever has ended it.
 *
 * @param every {@code 60s}, {@code 5m}, {@code 1h}, {@code 500 steps}, or {@code never}; 60s. A checkpoint that takes more than
 *     a fiftieth of that time is written as seldom as costs a fiftieth of the run, unless steps are given
 * @param keep how many there are, the older for when the newest is damaged; 2
 */
public record CheckpointConfig(Every every, @Range(min = 1) Integer keep) {

    // As if all keys were left out.
    @SuppressWarnings("NullAway")
    static final CheckpointConfig DEFAULTS = new CheckpointConfig(null, null);

    public CheckpointConfig {
        every = every == null ? new Every.Time(Duration.ofSeconds(60)) : every;
        keep = keep == null ? 2 : keep;
    }

    /** Between two checkpoints. */
    public sealed interface Every {

        /** @param duration above 0 */
        record Time(Duration duration) implements Every {}

        /** @param steps at least 1 */
        record Steps(long steps) implements Every {}

        /** Only between the teacher and the student, and when the run is interrupted. */
        record Never() implements Every {}

        Pattern COUNTED = Pattern.compile("(\\d{1,9}) ?steps?");

        /** @throws IllegalArgumentException when it is none of the forms */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Every of(String text) {
            if (text.equals("never")) {
                return new Never();
            }
            Matcher counted = COUNTED.matcher(text.strip());
            if (counted.matches() && Long.parseLong(counted.group(1)) > 0) {
                return new Steps(Long.parseLong(counted.group(1)));
            }
            return TimeSpan.read(text)
                    .map(span -> (Every) new Time(span.duration()))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "every is a time such as 60s, 5m or 1h, a count such as 500 steps, or never, not '" + text
                                    + "'"));
        }

        /** As it is written in a file. */
        @JsonValue
        default String text() {
            return switch (this) {
                case Time(Duration duration) -> duration.toSeconds() + "s";
                case Steps(long steps) -> steps + " steps";
                case Never() -> "never";
            };
        }
    }
}
