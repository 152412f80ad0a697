package dev.dafl.tensor.nn;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import java.util.OptionalLong;

/**
 * {@code torch.nn.Embedding}: each whole number becomes the row of a table that is learned, {@code [...]} of int64 to
 * {@code [..., size]}, with PyTorch's initial values (normal, with deviation 1).
 *
 * @param weight {@code [count, size]}
 * @param padding a row that stands for nothing: it begins with zeros and is not trained; none by default
 */
public record Embedding(Tensor weight, OptionalLong padding) implements Layer {

    /** @param count of rows; numbers are from 0 to below it */
    public static Embedding of(ParameterPath path, long count, long size) {
        return new Embedding(path.parameter("weight", Initializer.normal(0, 1), count, size), OptionalLong.empty());
    }

    /**
     * @param padding from 0 to below {@code count}
     * @throws IllegalArgumentException where there is no such row
     */
    public static Embedding of(ParameterPath path, long count, long size, long padding) {
        if (padding < 0 || padding >= count) {
            throw new IllegalArgumentException(
                    "an embedding of " + count + " rows has none of number " + padding + " for padding");
        }
        Initializer normal = Initializer.normal(0, 1);
        Tensor weight = path.parameter(
                "weight",
                (shape, random) -> {
                    Tensor values = normal.values(shape, random);
                    values.select(0, padding).zero_();
                    return values;
                },
                count,
                size);
        return new Embedding(weight, OptionalLong.of(padding));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        return Functional.embedding(input, weight, padding.orElse(-1));
    }
}
