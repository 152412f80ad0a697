package dev.dafl.spi.processor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A documentation comment as plain text with words of code in backticks.
 *
 * @param description what stands before the tags; may be empty
 * @param parameters what {@code @param} says, by name
 */
record DocComment(String description, Map<String, String> parameters) {

    private static final Pattern TAG = Pattern.compile("^\\s*@(\\w+)\\s*", Pattern.MULTILINE);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)\\s+(.*)", Pattern.DOTALL);
    /** {@code {@code x}}, {@code {@link X#y text}} and so on; braces inside go in pairs. */
    private static final Pattern INLINE = Pattern.compile("\\{@(\\w+)\\s+((?:[^{}]|\\{[^{}]*\\})*)\\}", Pattern.DOTALL);

    private static final Pattern HTML = Pattern.compile("</?[a-zA-Z][^>]*>");

    /** @param comment without the asterisks, as the compiler hands it out */
    static DocComment of(String comment) {
        Matcher tags = TAG.matcher(comment);
        int end = tags.find() ? tags.start() : comment.length();
        Map<String, String> parameters = new LinkedHashMap<>();
        boolean more = end < comment.length();
        while (more) {
            String tag = tags.group(1);
            int begin = tags.end();
            more = tags.find();
            String text = comment.substring(begin, more ? tags.start() : comment.length());
            Matcher parameter = PARAMETER.matcher(text);
            if (tag.equals("param") && parameter.matches()) {
                parameters.put(parameter.group(1), plain(parameter.group(2)));
            }
        }
        return new DocComment(plain(comment.substring(0, end)), parameters);
    }

    private static String plain(String text) {
        String words = INLINE.matcher(text).replaceAll(DocComment::inline);
        return HTML.matcher(words)
                .replaceAll("")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String inline(MatchResult tag) {
        String content = tag.group(2).strip();
        String shown = switch (tag.group(1)) {
            case "code", "literal", "value" -> "`" + content + "`";
            case "link", "linkplain" -> {
                int label = content.indexOf(' ');
                yield label > 0
                        ? content.substring(label + 1).strip()
                        : "`" + content.substring(Math.max(content.lastIndexOf('.'), content.lastIndexOf('#')) + 1)
                                + "`";
            }
            default -> content;
        };
        return Matcher.quoteReplacement(shown);
    }
}
