package dev.dafl.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A network and its options, written {@code wide-resnet:depth=16:width=1}. */
public record NamedNetwork(String name, Map<String, String> options) {

    static final String WIDE_RESNET = "wide-resnet";

    private static final Map<String, Map<String, String>> DEFAULTS =
            Map.of(WIDE_RESNET, Map.of("depth", "40", "width", "2"));

    /** @throws IllegalArgumentException where it is not written so */
    public static NamedNetwork parse(String text) {
        String[] parts = text.split(":", -1);
        Map<String, String> options = new LinkedHashMap<>(DEFAULTS.getOrDefault(parts[0], Map.of()));
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "a network is written NAME or NAME:OPTION=VALUE:OPTION=VALUE, such as"
                                + " wide-resnet:depth=16:width=1, not " + text);
            }
            options.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return new NamedNetwork(parts[0], Map.copyOf(options));
    }

    /** The value of an option that it has. */
    String option(String option) {
        return Objects.requireNonNull(options.get(option), option);
    }

    @Override
    public String toString() {
        return options.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(option -> ":" + option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining("", name, ""));
    }
}
