package dev.dafl.tensor.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What all names have in front, part by part. */
final class SharedPrefix {

    private SharedPrefix() {}

    /**
     * How long what is shared may be taken for: 0, then with each part more, its dot included. For {@code module.a.x} and
     * {@code module.b} it is 0 and 7.
     */
    static List<Integer> lengths(Set<String> names) {
        List<Integer> lengths = new ArrayList<>(List.of(0));
        if (names.isEmpty()) {
            return lengths;
        }
        String one = names.iterator().next();
        for (int dot = one.indexOf('.'); dot >= 0; dot = one.indexOf('.', dot + 1)) {
            String prefix = one.substring(0, dot + 1);
            if (!names.stream().allMatch(name -> name.startsWith(prefix))) {
                break;
            }
            lengths.add(prefix.length());
        }
        return lengths;
    }
}
