package dev.dafl.engine.weights;

import dev.dafl.spi.Declared;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the shapes of a classifier's weights tell of its images and classes, whatever order they are kept in: files sort them by
 * name. Where they tell nothing for certain, they say nothing.
 */
final class WeightShapes {

    /** Of grey and of coloured images. Depthwise convolutions have weights for one channel too, so that three count more. */
    private static final List<Long> CHANNELS = List.of(3L, 1L);

    private WeightShapes() {}

    /** @param shapes {@code [out, in, k, k]} of convolutions, {@code [out, in]} of fully connected layers, and others */
    static Declared of(Collection<List<Long>> shapes) {
        return new Declared(
                channels(shapes),
                Optional.empty(),
                Optional.empty(),
                classes(shapes),
                Declared.NOTHING.classNames(),
                Optional.empty(),
                true);
    }

    private static Optional<Integer> channels(Collection<List<Long>> shapes) {
        return CHANNELS.stream()
                .filter(channels -> shapes.stream()
                        .anyMatch(shape -> shape.size() == 4 && shape.get(1).equals(channels)))
                .findFirst()
                .map(Math::toIntExact);
    }

    /** Of the fully connected layers the one whose result enters no other. */
    private static Optional<Integer> classes(Collection<List<Long>> shapes) {
        List<Long> results = shapes.stream()
                .filter(shape -> shape.size() == 2)
                .map(List::getFirst)
                .filter(result -> shapes.stream()
                        .noneMatch(shape -> shape.size() >= 2 && shape.get(1).equals(result)))
                .distinct()
                .toList();
        return results.size() == 1 ? Optional.of(Math.toIntExact(results.getFirst())) : Optional.empty();
    }
}
