package dev.dafl.engine.tools;

import dev.dafl.tensor.StoredTensor;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can be guessed of a network from the shapes of its tensors. */
record LayerShapes(Map<String, StoredTensor> tensors) {

    private static final Set<String> STATISTICS = Set.of("running_mean", "running_var", "num_batches_tracked");

    /** Numbers in all tensors but what batch norms keep for evaluation. */
    long parameters() {
        return tensors.entrySet().stream()
                .filter(tensor -> !STATISTICS.contains(
                        tensor.getKey().substring(tensor.getKey().lastIndexOf('.') + 1)))
                .mapToLong(tensor -> tensor.getValue().numel())
                .sum();
    }

    /**
     * Outputs of the last fully connected layer {@code [outputs, inputs]}; where there is none, of the last convolution of 1x1.
     * A file may have its tensors in the order of their names, so the last is one whose outputs are no other's inputs, of
     * several the one with the most.
     */
    Optional<Long> classes() {
        List<List<Long>> linear = shapes().filter(shape -> shape.size() == 2).toList();
        List<List<Long>> candidates = linear.isEmpty()
                ? shapes().filter(shape -> shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1)
                        .toList()
                : linear;
        return candidates.stream()
                .filter(shape -> candidates.stream()
                        .noneMatch(next -> next != shape && next.get(1).equals(shape.getFirst())))
                .max(Comparator.comparing(List::getFirst))
                .or(() -> candidates.stream().reduce((_, later) -> later))
                .map(List::getFirst)
                .filter(classes -> classes > 0 && classes <= Integer.MAX_VALUE);
    }

    /** What images may have: what the convolution with the fewest has, 1 and 3. */
    List<Integer> channels() {
        Stream<Integer> first = shapes()
                .filter(shape -> shape.size() == 4)
                .map(shape -> shape.get(1))
                .filter(channels -> channels > 0 && channels <= 1024)
                .min(Comparator.naturalOrder())
                .map(Long::intValue)
                .stream();
        return Stream.concat(first, Stream.of(1, 3)).distinct().toList();
    }

    private Stream<List<Long>> shapes() {
        return tensors.entrySet().stream()
                .filter(tensor -> tensor.getKey().endsWith("weight"))
                .map(tensor -> tensor.getValue().shape());
    }
}
