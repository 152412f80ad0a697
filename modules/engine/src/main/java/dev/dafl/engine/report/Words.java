package dev.dafl.engine.report;

import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** Numbers as the report writes them; a dash where there is none. */
final class Words {

    private static final String NONE = "–";

    private Words() {}

    /** A share, 0 to 1. */
    static String percent(JsonNode share) {
        return share.isNumber() ? percent(share.asDouble()) : NONE;
    }

    static String percent(OptionalDouble share) {
        return share.isPresent() ? percent(share.getAsDouble()) : NONE;
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** A spread of shares, with its deviation where there is more than one. */
    static String spread(JsonNode spread) {
        if (!spread.path("mean").isNumber()) {
            return NONE;
        }
        double mean = spread.path("mean").asDouble();
        return spread.path("count").asInt(1) < 2
                ? percent(mean)
                : String.format(
                        Locale.ROOT,
                        "%.2f ± %.2f %%",
                        100 * mean,
                        100 * spread.path("std").asDouble(0));
    }

    static String count(JsonNode number) {
        return number.isNumber() ? String.format(Locale.ROOT, "%,d", number.asLong()) : NONE;
    }

    static String duration(JsonNode seconds) {
        if (!seconds.isNumber()) {
            return NONE;
        }
        double value = seconds.asDouble();
        long whole = Math.round(value);
        if (value < 60) {
            return String.format(Locale.ROOT, "%.1f s", value);
        }
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }

    static String text(JsonNode value) {
        return switch (value) {
            case JsonNode v when v.isString() -> v.asString();
            case JsonNode v when v.isNumber() || v.isBoolean() -> v.toString();
            default -> NONE;
        };
    }
}
