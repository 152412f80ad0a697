package dev.dafl.engine.config;

/**
 * Text from outside as it may stand in a message: what a file or a command line holds may have line ends, escape sequences of a
 * terminal, or a megabyte.
 */
public final class OneLine {

    private static final int LONGEST_QUOTE = 100;

    private OneLine() {}

    /** The text with everything escaped that a terminal would not show as a character of its own. */
    public static String of(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> line.append(escape(c));
                default -> line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    /** The text, or its beginning where it is long. */
    public static String shortened(String text) {
        return text.length() <= LONGEST_QUOTE
                ? text
                : text.substring(0, LONGEST_QUOTE) + "... (" + text.length() + " characters)";
    }

    private static String escape(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u%04x".formatted(c);
        };
    }
}
