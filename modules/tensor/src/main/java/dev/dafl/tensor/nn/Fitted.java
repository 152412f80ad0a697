package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights from elsewhere under the names that a network has, as far as these can be told from their own names.
 *
 * @param notes what was done to them
 */
record Fitted(Map<String, Tensor> values, List<String> notes) {

    private static final String COUNTER = "num_batches_tracked";

    static Fitted of(Map<String, Tensor> values, Set<String> names) {
        List<String> notes = new ArrayList<>();
        String prefix = prefix(values.keySet(), names);
        Map<String, Tensor> fitted = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        values.forEach((name, value) -> {
            String bare = name.substring(prefix.length());
            if (isCounter(bare) && !names.contains(bare)) {
                left.add(name);
            } else {
                fitted.put(bare, value);
            }
        });
        if (!prefix.isEmpty()) {
            notes.add("took " + prefix + " off all names");
        }
        if (!left.isEmpty()) {
            notes.add("left out " + left.size() + " of " + COUNTER + " that the network does not have, the first "
                    + left.getFirst());
        }
        long counters = names.stream().filter(Fitted::isCounter).count();
        if (counters > 0 && fitted.keySet().stream().noneMatch(Fitted::isCounter)) {
            notes.add("there is no " + COUNTER + "; the network's " + counters + " stay as they are");
        }
        return new Fitted(fitted, List.copyOf(notes));
    }

    /** Whether a name is that of a batch norm's counter, which no result follows from here. */
    static boolean isCounter(String name) {
        return name.equals(COUNTER) || name.endsWith("." + COUNTER);
    }

    /** Of what all of {@code given} have in front, part by part, the shortest with which most fit; empty for none. */
    private static String prefix(Set<String> given, Set<String> names) {
        String best = "";
        String prefix = "";
        long most = fitting(given, "", names);
        while (!given.isEmpty()) {
            String one = given.iterator().next();
            String longer = one.substring(0, one.indexOf('.', prefix.length()) + 1);
            if (longer.length() <= prefix.length() || !given.stream().allMatch(name -> name.startsWith(longer))) {
                break;
            }
            prefix = longer;
            long fitting = fitting(given, prefix, names);
            if (fitting > most) {
                most = fitting;
                best = prefix;
            }
        }
        return best;
    }

    private static long fitting(Set<String> given, String prefix, Set<String> names) {
        return given.stream()
                .filter(name -> names.contains(name.substring(prefix.length())))
                .count();
    }
}
