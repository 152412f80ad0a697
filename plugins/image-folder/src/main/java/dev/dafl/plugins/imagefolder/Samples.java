package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.Dataset.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * All images with their classes, before any is read.
 *
 * @param classNames by label
 * @param strays image files that lie where none belongs
 */
record Samples(List<String> classNames, List<Sample> train, List<Sample> test, List<Path> strays) {

    /** Divides each class: the first part of its images is trained on. At least one of two or more goes to each side. */
    static Samples shared(List<String> classNames, List<Sample> all, double share, List<Path> strays) {
        int[] counts = counts(all, classNames.size());
        IntUnaryOperator quota = label -> Math.max(
                Math.min(1, counts[label]), Math.min(counts[label] - 1, (int) Math.round(share * counts[label])));
        List<Sample> test = new ArrayList<>();
        List<Sample> train = first(all, quota, classNames.size(), test);
        return new Samples(classNames, train, test, strays);
    }

    /** So many of them, of all classes in turn, in the same order; 0 is all. */
    List<Sample> limited(List<Sample> all, int limit) {
        if (limit == 0 || limit >= all.size()) {
            return all;
        }
        int[] counts = counts(all, classNames.size());
        int[] quotas = new int[counts.length];
        for (int round = 0, left = limit; left > 0; round++) {
            for (int label = 0; label < counts.length && left > 0; label++) {
                if (counts[label] > round) {
                    quotas[label]++;
                    left--;
                }
            }
        }
        return first(all, label -> quotas[label], classNames.size(), new ArrayList<>());
    }

    /**
     * Looks at what could be read of some of them.
     *
     * @throws IOException when a class that had images has none left
     */
    void requireOfEach(List<Sample> wanted, Split read, String purpose) throws IOException {
        int[] left = new int[classNames.size()];
        for (long label : read.labels().toLongs()) {
            left[(int) label]++;
        }
        int[] before = counts(wanted, classNames.size());
        for (int label = 0; label < left.length; label++) {
            if (before[label] > 0 && left[label] == 0) {
                throw new IOException("image-folder: none of the images of the class " + classNames.get(label) + " "
                        + purpose + " can be used; mend some of them, or leave the class out");
            }
        }
    }

    private static int[] counts(List<Sample> samples, int classes) {
        int[] counts = new int[classes];
        samples.forEach(sample -> counts[sample.label()]++);
        return counts;
    }

    /** The first so many of each class; the others go to the rest. */
    private static List<Sample> first(List<Sample> all, IntUnaryOperator quota, int classes, List<Sample> rest) {
        List<Sample> first = new ArrayList<>();
        int[] taken = new int[classes];
        for (Sample sample : all) {
            (taken[sample.label()]++ < quota.applyAsInt(sample.label()) ? first : rest).add(sample);
        }
        return first;
    }
}
