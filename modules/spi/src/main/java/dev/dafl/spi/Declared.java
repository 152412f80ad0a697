package dev.dafl.spi;

import java.util.List;
import java.util.Optional;

/**
 * What a network says of itself before it is built, where its options already fix it: a graph read from a file knows its
 * images and its classes. What is empty is left to the experiment; what is there must not be contradicted by it.
 *
 * @param channels of the images
 * @param height of the images
 * @param width of the images
 * @param classes how many logits it gives
 * @param classNames by label; empty where it does not name them
 * @param normalization what its images are normalised with
 * @param trained whether its first values are learned ones: such a teacher is used as it is
 */
public record Declared(
        Optional<Integer> channels,
        Optional<Integer> height,
        Optional<Integer> width,
        Optional<Integer> classes,
        List<String> classNames,
        Optional<Dataset.Normalization> normalization,
        boolean trained) {

    /** Of a network that is built for whatever is asked for. */
    public static final Declared NOTHING = new Declared(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty(), false);

    public Declared {
        classNames = List.copyOf(classNames);
    }
}
