package dev.dafl.tensor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a file says of a tensor that was not read.
 *
 * @param dtype torch's name, such as {@code float32}; also of types that cannot be read here
 * @param shape such as {@code [n, c, h, w]}
 */
public record StoredTensor(String dtype, List<Long> shape) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long numel() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** {@code float32[8, 1, 32, 32]}. */
    @Override
    public String toString() {
        return dtype + shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
