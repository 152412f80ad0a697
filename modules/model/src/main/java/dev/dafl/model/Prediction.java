package dev.dafl.model;

import java.util.List;

/**
 * What a network says of an image.
 *
 * @param label of the likeliest class, from 0
 * @param name of that class
 * @param probabilities of all classes, by label; their sum is 1
 */
public record Prediction(int label, String name, List<Double> probabilities) {

    public Prediction {
        probabilities = List.copyOf(probabilities);
        if (label < 0 || label >= probabilities.size()) {
            throw new IllegalArgumentException(
                    "label must be from 0 to below the " + probabilities.size() + " classes, not " + label);
        }
    }

    /** Of the likeliest class, 0 to 1. A network may be sure and wrong. */
    public double probability() {
        return probabilities.get(label);
    }
}
