package dev.dafl.onnx.graph;

import java.util.Collection;
import java.util.List;

/** What a file says, as a message repeats it: short and without control characters. */
public final class Shown {

    private static final int CHARACTERS = 100;
    private static final int LISTED = 8;

    private Shown() {}

    /** A name or text in quotation marks. */
    public static String quoted(String text) {
        return "'" + shortened(text) + "'";
    }

    /** A text of any length as a part of a sentence. */
    public static String shortened(String text) {
        String begin = text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "...";
        return begin.replaceAll("[\\p{Cntrl}\\p{Cs}\u2028\u2029]", "?");
    }

    /** A shape such as {@code [1, 3, 224, 224]}; of very many dimensions the first. */
    public static String shape(long... sizes) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < Math.min(sizes.length, LISTED); i++) {
            text.append(i == 0 ? "" : ", ").append(sizes[i]);
        }
        return text.append(sizes.length > LISTED ? ", ... " + sizes.length + " dimensions]" : "]")
                .toString();
    }

    /** The first of them, and how many there are more. */
    public static String listed(Collection<String> names) {
        List<String> first = names.stream().limit(LISTED).map(Shown::shortened).toList();
        return String.join(", ", first) + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "");
    }
}
