package dev.dafl.engine.task;

import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.InputConfig;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import java.util.List;
import java.util.Optional;

/**
 * What the networks of an experiment see and say.
 *
 * @param source where it comes from, in words: a data set's name, or the teacher's file
 * @param shape of each image
 * @param classNames by label, at least two
 * @param normalization of the images
 */
public record Task(String source, ImageShape shape, List<String> classNames, Normalization normalization) {

    public Task {
        classNames = List.copyOf(classNames);
    }

    /** That of a data set. */
    public static Task of(Dataset dataset, DataConfig config) {
        ImageShape stored = dataset.shape();
        return new Task(
                config.dataset().name(),
                config.imageSize().map(size -> stored.resized(size, size)).orElse(stored),
                dataset.classNames(),
                dataset.normalization());
    }

    /** As an experiment or a file says it; empty where that is not all of it. */
    public static Optional<Task> of(String source, InputConfig input) {
        Declared said = input.declared(true);
        return said.channels().isPresent()
                        && said.height().isPresent()
                        && said.width().isPresent()
                        && said.normalization().isPresent()
                        && said.classNames().size() > 1
                ? Optional.of(new Task(
                        source,
                        new ImageShape(
                                said.channels().get(),
                                said.height().get(),
                                said.width().get()),
                        said.classNames(),
                        said.normalization().get()))
                : Optional.empty();
    }

    /** The same task, told by somebody else. */
    public Task of(String other) {
        return new Task(other, shape, classNames, normalization);
    }

    public int classes() {
        return classNames.size();
    }

    /** As an experiment says it. */
    public InputConfig asInput() {
        return InputConfig.of(shape.channels(), shape.height(), shape.width(), classNames, normalization);
    }
}
