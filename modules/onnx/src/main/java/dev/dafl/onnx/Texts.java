package dev.dafl.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists as exporters write them into a model's metadata: of JSON ({@code ["a", "b"]}, {@code {"0": "a"}}), of Python ({@code
 * ['a', 'b']}, {@code {0: 'a', 1: 'b'}}), or with commas or line ends between the entries.
 */
final class Texts {

    /** A key in front of an entry, perhaps; then the entry, in quotation marks or not. */
    private static final Pattern ENTRY = Pattern.compile("""
            \\s*(?:["']?(?<key>\\d{1,9})["']?\\s*:\\s*)?\
            (?:"(?<double>(?:[^"\\\\]|\\\\.)*+)"|'(?<single>(?:[^'\\\\]|\\\\.)*+)'|(?<bare>[^,"'\\[\\]{}:]++))\\s*(?:,|$)""");

    private static final int LONGEST = 1 << 20;

    private Texts() {}

    /** The entries, in the order of their keys where they have some; empty where the text is no list. */
    static Optional<List<String>> list(String text) {
        String bare = text.strip();
        if (bare.isEmpty() || bare.length() > LONGEST) {
            return Optional.empty();
        }
        boolean table = bare.startsWith("{") && bare.endsWith("}");
        if (table || (bare.startsWith("[") && bare.endsWith("]"))) {
            return entries(bare.substring(1, bare.length() - 1), table);
        }
        return Optional.of(bare.split("\\s*[,\n]\\s*")).map(List::of);
    }

    private static Optional<List<String>> entries(String text, boolean table) {
        TreeMap<Integer, String> byKey = new TreeMap<>();
        Matcher matcher = ENTRY.matcher(text);
        int at = 0;
        while (at < text.length() && !text.substring(at).isBlank()) {
            matcher.region(at, text.length());
            if (!matcher.lookingAt() || (matcher.group("key") != null) != table) {
                return Optional.empty();
            }
            int key = table ? Integer.parseInt(matcher.group("key")) : byKey.size();
            if (byKey.put(key, value(matcher)) != null) {
                return Optional.empty();
            }
            at = matcher.end();
        }
        boolean whole = !byKey.isEmpty() && byKey.firstKey() == 0 && byKey.lastKey() == byKey.size() - 1;
        return whole ? Optional.of(new ArrayList<>(byKey.values())) : Optional.empty();
    }

    private static String value(Matcher matcher) {
        String quoted = matcher.group("double") != null ? matcher.group("double") : matcher.group("single");
        return quoted != null ? unescaped(quoted) : matcher.group("bare").strip();
    }

    private static String unescaped(String text) {
        return Pattern.compile("\\\\(u([0-9a-fA-F]{4})|.)").matcher(text).replaceAll(match -> {
            String code = match.group(2);
            String plain = switch (match.group(1).charAt(0)) {
                case 'u' -> code == null ? "u" : String.valueOf((char) Integer.parseInt(code, 16));
                case 'n' -> "\n";
                case 't' -> "\t";
                case 'r' -> "\r";
                case 'b' -> "\b";
                case 'f' -> "\f";
                default -> match.group(1);
            };
            return Matcher.quoteReplacement(plain);
        });
    }

    /** The entries as finite numbers; empty where one is none. */
    static Optional<List<Double>> numbers(String text) {
        return list(text).flatMap(entries -> {
            List<Double> numbers = new ArrayList<>();
            for (String entry : entries) {
                try {
                    numbers.add(Double.valueOf(entry));
                } catch (NumberFormatException e) {
                    return Optional.empty();
                }
            }
            return numbers.stream().allMatch(Double::isFinite) ? Optional.of(List.copyOf(numbers)) : Optional.empty();
        });
    }
}
