package dev.dafl.engine;

import java.util.List;

/**
 * What {@code confusion.json} holds: how often the student took which class for which, on the test images.
 *
 * @param classes their names, by label
 * @param counts a row for each true class, in it a number for each class that the student saw
 */
record Confusion(List<String> classes, List<List<Long>> counts) {

    /** The share of images, 0 to 1, that it took for what they are. */
    double accuracy() {
        long all = 0;
        long right = 0;
        for (int label = 0; label < counts.size(); label++) {
            all += counts.get(label).stream().mapToLong(Long::longValue).sum();
            right += counts.get(label).get(label);
        }
        return (double) right / all;
    }
}
