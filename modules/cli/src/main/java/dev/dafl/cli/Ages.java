package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long ago something was, roughly, as people say and write it. */
final class Ages {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,5})(h|d|w)");

    private Ages() {}

    static String words(Duration age) {
        if (age.toMinutes() < 1) {
            return "now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + " min";
        }
        return age.toDays() < 2 ? age.toHours() + " h" : Counts.words(age.toDays(), "day");
    }

    /** For options: {@code 12h}, {@code 30d}, {@code 4w}. */
    static final class Converter implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            Matcher matcher = WRITTEN.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + OneLine.shortened(text)
                        + "' is no age: write hours, days or weeks, such as 12h, 30d or 4w");
            }
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> Duration.ofDays(7 * count);
            };
        }
    }
}
