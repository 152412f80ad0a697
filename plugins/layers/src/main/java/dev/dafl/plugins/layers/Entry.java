package dev.dafl.plugins.layers;

import dev.dafl.spi.OptionException;
import dev.dafl.tensor.Size2;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An entry of the list: a word, {@code {word: value}}, {@code {word: {option: value}}} or {@code {name: word, option: value}}.
 *
 * @param at the layer as its parameters are named: {@code 3}, or {@code 4.body.0}
 * @param place of its own options, or of its value, in the plugin's options
 * @param kind what the word names
 * @param options those that are given
 * @param alone whether a value alone was given, which is the kind's main option
 * @param written the entry as the user wrote it, or its beginning
 */
record Entry(String at, String place, Kind kind, Map<String, Object> options, boolean alone, String written) {

    private static final int LONGEST = 60;
    /** More than any layer has of anything, and few enough for products of three. */
    private static final long MOST = 1_000_000;

    private static final String NAME = "name";
    private static final String FORMS =
            "a layer is a word such as relu, or a word with its value or its options, such as"
                    + " {max-pool: 2} or {conv: {out: 32, kernel: 3}}";

    /** @throws OptionException where it is no layer, or has options that the layer does not have */
    static Entry of(Object given, String at, String place) {
        String written = shortened(given);
        return switch (given) {
            case String word -> of(kind(word, word, at, place), Map.of(), at, place, written);
            case Map<?, ?> table
            when table.get(NAME) instanceof String word -> {
                Map<String, Object> options = options(table);
                options.remove(NAME);
                yield of(kind(word, written, at, place), options, at, place, written);
            }
            case Map<?, ?> table
            when table.size() == 1 -> {
                String word = String.valueOf(table.keySet().iterator().next());
                Kind kind = kind(word, written, at, place);
                yield of(kind, table.get(word), at, place + "/" + word, written);
            }
            default -> throw OptionException.at(place, "layer " + at + ", " + written + ": " + FORMS);
        };
    }

    private static Entry of(Kind kind, Object value, String at, String place, String written) {
        Entry bare = new Entry(at, place, kind, Map.of(), false, written);
        if (value == null) {
            return bare;
        }
        if (value instanceof Map<?, ?> table) {
            Map<String, Object> options = options(table);
            for (String key : options.keySet()) {
                if (!kind.keys().contains(key)) {
                    throw OptionException.unknown(place + "/" + key, bare.said("unknown key " + key), key, kind.keys());
                }
            }
            return new Entry(at, place, kind, options, false, written);
        }
        if (kind.main().isEmpty()) {
            throw bare.mistake(kind + " takes no value"
                    + (kind.keys().isEmpty() ? "" : "; its options are " + String.join(", ", kind.keys())));
        }
        return new Entry(at, place, kind, Map.of(kind.main().get(), value), true, written);
    }

    private static Kind kind(String word, String written, String at, String place) {
        return Kind.named(word)
                .orElseThrow(() -> OptionException.unknown(
                        place,
                        "layer " + at + (written.equals(word) ? "" : ", " + written) + ": no layer is named "
                                + shortened(word),
                        word,
                        Kind.names()));
    }

    /** A key without a value counts as not given. */
    private static Map<String, Object> options(Map<?, ?> table) {
        Map<String, Object> options = new LinkedHashMap<>();
        table.forEach((key, value) -> {
            if (value != null) {
                options.put(String.valueOf(key), value);
            }
        });
        return options;
    }

    // ---- what its options are

    /** A whole number from 1. */
    long count(String key) {
        return whole(key, required(key), 1);
    }

    /** A whole number from 1. */
    long count(String key, long byDefault) {
        Object value = options.get(key);
        return value == null ? byDefault : whole(key, value, 1);
    }

    /** One number for both directions, or a list of height and width. */
    Size2 size(String key, long least) {
        return size(key, required(key), least);
    }

    /** One number for both directions, or a list of height and width. */
    Size2 size(String key, long least, Size2 byDefault) {
        Object value = options.get(key);
        return value == null ? byDefault : size(key, value, least);
    }

    boolean flag(String key, boolean byDefault) {
        Object value = options.get(key);
        return switch (value) {
            case null -> byDefault;
            case Boolean flag -> flag;
            default -> throw mistake(key, "expected true or false");
        };
    }

    /** A number from {@code least} to below {@code limit}. */
    double number(String key, double byDefault, double least, double limit) {
        Object value = options.get(key);
        if (value == null) {
            return byDefault;
        }
        if (!(value instanceof Number given)) {
            throw mistake(key, "expected a number");
        }
        double number = given.doubleValue();
        if (!(number >= least && number < limit)) {
            throw mistake(
                    key,
                    (limit == Double.MAX_VALUE
                                    ? "must be at least " + plain(least)
                                    : "must be from " + plain(least) + " to below " + plain(limit))
                            + ", not " + shortened(value));
        }
        return number;
    }

    /** Where an option stands among the plugin's. */
    String placeOf(String key) {
        return alone ? place : place + "/" + key;
    }

    Optional<Object> given(String key) {
        return Optional.ofNullable(options.get(key));
    }

    Object required(String key) {
        return given(key).orElseThrow(() -> mistake(key + " is missing, such as " + kind.example()));
    }

    private Size2 size(String key, Object value, long least) {
        if (!(value instanceof List<?> both)) {
            return Size2.square(whole(key, value, least));
        }
        if (both.size() != 2) {
            throw mistake(key, "is one number for both directions, or [height, width]");
        }
        return new Size2(whole(key, both.getFirst(), least), whole(key, both.getLast(), least));
    }

    private long whole(String key, Object value, long least) {
        if (!(value instanceof Integer || value instanceof Long)) {
            throw mistake(key, "expected a whole number");
        }
        long number = ((Number) value).longValue();
        if (number < least || number > MOST) {
            throw mistake(
                    key, "must be at " + (number < least ? "least " + least : "most " + MOST) + ", not " + number);
        }
        return number;
    }

    // ---- what is wrong with it

    OptionException mistake(String problem) {
        return OptionException.at(place, said(problem));
    }

    /** @param problem the end of a sentence that begins with the key */
    OptionException mistake(String key, String problem) {
        return OptionException.at(
                placeOf(key), said(problem.startsWith("expected") ? key + ": " + problem : key + " " + problem));
    }

    /** The layer as messages call it, and what is wrong with it. */
    private String said(String problem) {
        return "layer " + at + ", " + written + ": " + problem;
    }

    private static String shortened(Object given) {
        String text = text(given);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static String text(Object given) {
        return switch (given) {
            case Map<?, ?> table ->
                table.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + nested(entry.getValue()))
                        .collect(Collectors.joining(", "));
            case null, default -> nested(given);
        };
    }

    private static String nested(Object given) {
        return switch (given) {
            case Map<?, ?> table -> "{" + text(table) + "}";
            case List<?> list -> list.stream().map(Entry::nested).collect(Collectors.joining(", ", "[", "]"));
            case null, default -> String.valueOf(given);
        };
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
