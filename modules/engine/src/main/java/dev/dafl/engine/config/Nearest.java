package dev.dafl.engine.config;

import dev.dafl.tensor.words.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of the valid names was probably meant. */
public final class Nearest {

    /** What is longer is no mistyped name, and comparing it would take long. */
    private static final int LONGEST = 200;

    private Nearest() {}

    /**
     * The end of a sentence that a name is not known: {@code ; did you mean lenet5? There are alexnet, lenet5}. The list is always
     * in the same order.
     *
     * @param valid at least one
     */
    public static String among(String written, Collection<String> valid) {
        String all = String.join(", ", valid.stream().sorted().distinct().toList());
        return of(written, valid)
                .map(name -> "; did you mean " + name + "? There are " + all)
                .orElse("; there are " + all);
    }

    /** The most similar of the valid names, where one is similar enough to be meant. */
    public static Optional<String> of(String written, Collection<String> valid) {
        if (written.length() > LONGEST) {
            return Optional.empty();
        }
        return valid.stream()
                .filter(name -> name.length() <= LONGEST)
                .min(Comparator.comparingInt((String name) -> EditDistance.of(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> EditDistance.of(written, name) <= Math.max(2, name.length() / 3));
    }
}
