package dev.dafl.engine.tracking;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Names of metrics and parameters as MLflow takes them: letters, digits, {@code _ - . /} and blanks, no more than 250, and no
 * path that means another. What it does not take stands as its number, so that different names stay different.
 */
final class MlflowNames {

    private static final int LONGEST = 250;

    private MlflowNames() {}

    static String of(String key) {
        String name = Arrays.stream(key.split("/", -1)).map(MlflowNames::part).collect(Collectors.joining("/"));
        if (name.length() <= LONGEST) {
            return name;
        }
        String hash = "_" + Integer.toHexString(key.hashCode());
        return name.substring(0, LONGEST - hash.length()) + hash;
    }

    private static String part(String part) {
        if (part.isEmpty() || part.equals(".") || part.equals("..")) {
            return "_" + part.length();
        }
        StringBuilder name = new StringBuilder();
        part.codePoints().forEach(c -> {
            if (c < 128 && (Character.isLetterOrDigit(c) || "_-. ".indexOf(c) >= 0)) {
                name.appendCodePoint(c);
            } else {
                name.append('_').append(Integer.toHexString(c));
            }
        });
        return name.toString();
    }
}
