package dev.dafl.engine.config;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Range;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How pixels become what the networks see, in place of the data set's own way: for a teacher that was trained with another.
 * Either {@code range}, or {@code mean} and {@code std}.
 *
 * @param mean that is taken from a pixel between 0 and 1; one number for all channels or one for each
 * @param std that it is divided by then, above 0; likewise
 * @param range what black and white become, {@code [0, 1]} for pixels as they are or {@code [-1, 1]}
 */
public record NormalizationConfig(
        Optional<List<Double>> mean, @Range(above = 0) Optional<List<Double>> std, Optional<List<Double>> range) {

    public NormalizationConfig {
        mean = mean == null ? Optional.empty() : mean.map(List::copyOf);
        std = std == null ? Optional.empty() : std.map(List::copyOf);
        range = range == null ? Optional.empty() : range.map(List::copyOf);
        if (range.isPresent() ? mean.isPresent() || std.isPresent() : mean.isEmpty() || std.isEmpty()) {
            throw new IllegalArgumentException(
                    "normalization has either mean and std, such as {mean: [0.5], std: [0.5]},"
                            + " or a range, such as {range: [0, 1]}");
        }
        if (range.isPresent()
                && (range.get().size() != 2
                        || range.get().getFirst() >= range.get().getLast())) {
            throw new IllegalArgumentException(
                    "range is what black and white become, a lower and a higher number, not " + range.get());
        }
    }

    /** @throws IllegalArgumentException when there are numbers for another number of channels */
    public Normalization of(int channels) {
        if (range.isPresent()) {
            double black = range.get().getFirst();
            double white = range.get().getLast();
            return new Normalization(
                    Collections.nCopies(channels, (0 - black) / (white - black)),
                    Collections.nCopies(channels, 1 / (white - black)));
        }
        return new Normalization(
                forEach("mean", mean.orElseThrow(), channels), forEach("std", std.orElseThrow(), channels));
    }

    private static List<Double> forEach(String key, List<Double> values, int channels) {
        if (values.size() != 1 && values.size() != channels) {
            throw new IllegalArgumentException(key + " has " + values.size() + " numbers and the images have "
                    + channels + (channels == 1 ? " channel" : " channels") + "; it has one for all, or one for each");
        }
        return values.size() == channels ? values : Collections.nCopies(channels, values.getFirst());
    }
}
