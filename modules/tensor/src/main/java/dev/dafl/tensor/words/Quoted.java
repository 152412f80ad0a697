package dev.dafl.tensor.words;

import java.util.List;
import java.util.stream.Collectors;

/** What a file says, as it may stand in a message: it may be of any length and hold anything. */
public final class Quoted {

    /** In characters. */
    private static final int LONGEST = 120;

    private static final int MOST = 8;

    private Quoted() {}

    /** The text without control characters, or its beginning where it is long. */
    public static String of(String text) {
        return whole(
                text.length() <= LONGEST
                        ? text
                        : text.substring(0, LONGEST) + "... (" + text.length() + " characters)");
    }

    /** The text without control characters at any length, as that of a path. */
    public static String whole(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }

    /** The first few, and how many more there are: {@code a, b and 3 more}. */
    public static String list(List<String> texts) {
        String first = texts.stream().limit(MOST).map(Quoted::of).collect(Collectors.joining(", "));
        return texts.size() <= MOST ? first : first + " and " + (texts.size() - MOST) + " more";
    }

    /** As a text in Python's source. */
    public static String python(String text) {
        StringBuilder literal = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                literal.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                literal.append("\\U%08x".formatted(c));
            } else {
                literal.appendCodePoint(c);
            }
        });
        return literal.append('"').toString();
    }
}
