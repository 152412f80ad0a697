package dev.dafl.plugins.cifar;

/**
 * Options of both data sets.
 *
 * @param trainLimit only the first so many images to train on; 0 is all
 * @param testLimit only the first so many images to measure on; 0 is all
 */
public record Limits(int trainLimit, int testLimit) {

    public Limits {
        if (trainLimit < 0 || testLimit < 0) {
            throw new IllegalArgumentException("train-limit and test-limit must be 0 (all images) or more, not "
                    + Math.min(trainLimit, testLimit));
        }
    }
}
