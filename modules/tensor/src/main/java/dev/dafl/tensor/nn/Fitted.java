package dev.dafl.tensor.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights from elsewhere under the names that a network has, as far as these can be told from their own names.
 *
 * @param <T> what is known of each: its values, or its shape
 * @param notes what was done to them
 */
record Fitted<T>(Map<String, T> values, List<String> notes) {

    private static final String COUNTER = "num_batches_tracked";
    /** What torch.optim.swa_utils.AveragedModel has beside the network: how many networks its weights are the mean of. */
    private static final String AVERAGED = "n_averaged";

    static <T> Fitted<T> of(Map<String, T> given, Set<String> names) {
        List<String> notes = new ArrayList<>();
        Map<String, T> values = given;
        if (given.containsKey(AVERAGED) && !names.contains(AVERAGED)) {
            values = new LinkedHashMap<>(given);
            values.remove(AVERAGED);
            notes.add("left out " + AVERAGED + ", which counts the networks that these weights are the mean of");
        }
        String prefix = prefix(values.keySet(), names);
        Map<String, T> fitted = new LinkedHashMap<>();
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
        return new Fitted<>(fitted, List.copyOf(notes));
    }

    /** Whether a name is that of a batch norm's counter, which no result follows from here. */
    static boolean isCounter(String name) {
        return name.equals(COUNTER) || name.endsWith("." + COUNTER);
    }

    /** Of what all of {@code given} have in front, part by part, the shortest with which most fit; empty for none. */
    private static String prefix(Set<String> given, Set<String> names) {
        int best = 0;
        long most = -1;
        for (int length : SharedPrefix.lengths(given)) {
            long fitting = given.stream()
                    .filter(name -> names.contains(name.substring(length)))
                    .count();
            if (fitting > most) {
                most = fitting;
                best = length;
            }
        }
        return given.isEmpty() ? "" : given.iterator().next().substring(0, best);
    }
}
