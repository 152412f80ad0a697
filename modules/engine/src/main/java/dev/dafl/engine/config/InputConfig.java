package dev.dafl.engine.config;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Declared;
import dev.dafl.spi.Range;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The images that a teacher takes and the classes that it knows, where there are no data to tell. What the teacher's own file
 * tells as well must be the same here, and may be left out.
 *
 * @param channels 1 for grey, 3 for colour
 * @param size height and width in pixels
 * @param height in pixels, of images that are not square
 * @param width in pixels, of images that are not square
 * @param mean of each channel of the pixels from 0 to 1, or one for all; x = (pixel - mean) / std is what the teacher takes
 * @param std of each channel, or one for all
 * @param range what black and white are for the teacher, instead of mean and std: {@code [0, 1]}, {@code [-1, 1]}, {@code [0,
 *     255]}
 * @param classes how many
 * @param classNames by label
 */
public record InputConfig(
        @Range(min = 1) Optional<Integer> channels,
        @Range(min = SMALLEST) Optional<Integer> size,
        @Range(min = SMALLEST) Optional<Integer> height,
        @Range(min = SMALLEST) Optional<Integer> width,
        List<Double> mean,
        @Range(above = 0) List<Double> std,
        List<Double> range,
        @Range(min = 2) Optional<Integer> classes,
        List<String> classNames) {

    @SuppressWarnings("UnusedVariable") // the annotations read it
    private static final int SMALLEST = 4;

    public InputConfig {
        channels = channels == null ? Optional.empty() : channels;
        size = size == null ? Optional.empty() : size;
        height = height == null ? Optional.empty() : height;
        width = width == null ? Optional.empty() : width;
        mean = mean == null ? List.of() : List.copyOf(mean);
        std = std == null ? List.of() : List.copyOf(std);
        range = range == null ? List.of() : List.copyOf(range);
        classes = classes == null ? Optional.empty() : classes;
        classNames = classNames == null ? List.of() : List.copyOf(classNames);
        if (size.isPresent() && (height.isPresent() || width.isPresent())) {
            throw new IllegalArgumentException("size is height and width of square images; take it or the others out");
        }
        if (height.isPresent() != width.isPresent()) {
            throw new IllegalArgumentException("height and width go together; for square images there is size");
        }
        if (!range.isEmpty() && !(mean.isEmpty() && std.isEmpty())) {
            throw new IllegalArgumentException("range says the same as mean and std; take one of both out");
        }
        if (!range.isEmpty() && !(range.size() == 2 && range.get(0) < range.get(1))) {
            throw new IllegalArgumentException(
                    "range is what black is and what white is, such as range: [0, 1], not " + range);
        }
        if (mean.isEmpty() != std.isEmpty()) {
            throw new IllegalArgumentException("mean and std go together, such as mean: [0.5], std: [0.5]");
        }
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException("mean has " + mean.size() + " numbers and std " + std.size()
                    + "; each has one for each channel, or one for all");
        }
        if (classes.isPresent() && !classNames.isEmpty() && classes.get() != classNames.size()) {
            throw new IllegalArgumentException("classes is " + classes.get() + ", and class-names are "
                    + classNames.size() + "; the names alone are enough");
        }
        if (classNames.size() == 1) {
            throw new IllegalArgumentException("there are at least two classes; class-names has one name");
        }
    }

    /** What is known of a task, in full. */
    public static InputConfig of(
            int channels, int height, int width, List<String> classNames, Normalization normalization) {
        boolean square = height == width;
        return new InputConfig(
                Optional.of(channels),
                square ? Optional.of(height) : Optional.empty(),
                square ? Optional.empty() : Optional.of(height),
                square ? Optional.empty() : Optional.of(width),
                normalization.mean(),
                normalization.std(),
                List.of(),
                Optional.empty(),
                classNames);
    }

    /** What {@link ExperimentFile#toYaml} has written; empty for what it has not. */
    public static Optional<InputConfig> parse(String yaml) {
        try {
            Optional<YamlReader.Tree> tree = YamlReader.read(yaml, line -> "line " + line);
            return tree.isPresent()
                    ? Optional.of(Binding.bind(tree.get().root(), InputConfig.class))
                    : Optional.empty();
        } catch (ConfigException | Binding.MistakeException e) {
            return Optional.empty();
        }
    }

    /**
     * For images of so many channels; empty where nothing is said.
     *
     * @throws IllegalArgumentException when mean and std are of another number of channels
     */
    public Optional<Normalization> normalization(int channels) {
        if (!range.isEmpty()) {
            double black = range.get(0);
            double width = range.get(1) - black;
            return Optional.of(new Normalization(
                    Collections.nCopies(channels, -black / width + 0.0), Collections.nCopies(channels, 1 / width)));
        }
        if (mean.isEmpty()) {
            return Optional.empty();
        }
        if (mean.size() != 1 && mean.size() != channels) {
            throw new IllegalArgumentException(
                    "mean and std have " + mean.size() + " numbers, and the images " + channels + " channels");
        }
        return Optional.of(
                mean.size() == channels
                        ? new Normalization(mean, std)
                        : new Normalization(
                                Collections.nCopies(channels, mean.getFirst()),
                                Collections.nCopies(channels, std.getFirst())));
    }

    /** The same as a network says it of itself. */
    public Declared declared(boolean trained) {
        return new Declared(
                channels,
                size.isPresent() ? size : height,
                size.isPresent() ? size : width,
                classes,
                classNames,
                channels.flatMap(this::normalization),
                trained);
    }
}
