package dev.dafl.engine.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of the valid names was probably meant. */
public final class Nearest {

    private Nearest() {}

    /** The valid names, the most similar first. */
    public static List<String> sorted(String written, Collection<String> valid) {
        return valid.stream()
                .sorted(Comparator.comparingInt((String name) -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** The most similar of the valid names, where one is similar enough to be meant. */
    public static Optional<String> of(String written, Collection<String> valid) {
        return sorted(written, valid).stream()
                .findFirst()
                .filter(name -> distance(written, name) <= Math.max(2, name.length() / 3));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
