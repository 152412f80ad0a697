package dev.dafl.engine.pictures;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which classes have a place in a picture that has no room for very many. */
final class DrawnClasses {

    private DrawnClasses() {}

    /**
     * All where there is room for them; else those that are seen, evenly spread where they are too many too.
     *
     * @param seen the class of each image
     * @param most places
     * @return in ascending order
     */
    static int[] of(long[] seen, int classes, int most) {
        if (classes <= most) {
            return IntStream.range(0, classes).toArray();
        }
        long[] some = Arrays.stream(seen).distinct().sorted().toArray();
        int count = Math.min(most, some.length);
        return IntStream.range(0, count)
                .map(place -> Math.toIntExact(some[place * some.length / count]))
                .toArray();
    }
}
