package dev.dafl.spi;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ranges of a record's components: in words, and whether a number is in one. */
public final class Ranges {

    private Ranges() {}

    /**
     * For a compact constructor whose record is not only made from a file: {@code Ranges.require(Options.class, steps, rate)}.
     *
     * @param values of all components, in their order
     * @throws IllegalArgumentException when one is out of its {@link Range}; the message begins with its key
     */
    public static void require(Class<? extends Record> type, Object... values) {
        RecordComponent[] components = type.getRecordComponents();
        if (components.length != values.length) {
            throw new IllegalStateException(
                    type.getName() + " has " + components.length + " components, and " + values.length + " are given");
        }
        for (int i = 0; i < values.length; i++) {
            Range range = components[i].getAnnotation(Range.class);
            if (range != null) {
                require(range, key(components[i].getName()), values[i]);
            }
        }
    }

    private static void require(Range range, String key, Object value) {
        switch (value) {
            case Number number ->
                problem(range, key, number).ifPresent(problem -> {
                    throw new IllegalArgumentException(problem);
                });
            case Optional<?> optional -> optional.ifPresent(inside -> require(range, key, inside));
            case List<?> list -> list.forEach(entry -> require(range, key, entry));
            case Ramp ramp -> ramp.points().forEach(point -> require(range, key, point.value()));
            default -> throw new IllegalStateException(key + " has a range and is no number: " + value);
        }
    }

    /** What is wrong with a number, in one sentence that begins with its key; empty where it is in the range. */
    public static Optional<String> problem(Range range, String key, Number number) {
        double value = number.doubleValue();
        // A limit that is not there is NaN, and no comparison with it is true.
        boolean outside = value < range.min()
                || value <= range.above()
                || value > range.max()
                || value >= range.below()
                || !Double.isFinite(value);
        return outside ? Optional.of(key + " must be " + demand(range) + ", not " + number) : Optional.empty();
    }

    private static String demand(Range range) {
        boolean aboveAlone = is(range.above()) && !is(range.max()) && !is(range.below());
        boolean fromTo = is(range.min()) && (is(range.max()) || is(range.below()));
        return (aboveAlone ? "a number " : fromTo ? "from " : "") + words(range);
    }

    /** Such as {@code at least 1}, {@code above 0}, {@code 0 to 1} or {@code 0 to below 1}. */
    public static String words(Range range) {
        String least =
                is(range.min()) ? written(range.min()) : is(range.above()) ? "above " + written(range.above()) : "";
        String most =
                is(range.max()) ? written(range.max()) : is(range.below()) ? "below " + written(range.below()) : "";
        if (least.isEmpty()) {
            return is(range.max()) ? "at most " + most : most;
        }
        if (most.isEmpty()) {
            return is(range.min()) ? "at least " + least : least;
        }
        return is(range.min()) ? least + " to " + most : least + " and " + (is(range.max()) ? "at most " : "") + most;
    }

    /** The key in YAML of a record's component: {@code learning-rate} of {@code learningRate}. */
    private static String key(String component) {
        return component.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    private static boolean is(double limit) {
        return !Double.isNaN(limit);
    }

    private static String written(double limit) {
        return new BigDecimal(Double.toString(limit)).stripTrailingZeros().toPlainString();
    }
}
