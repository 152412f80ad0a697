package dev.dafl.tensor.weights;

import java.util.List;
import java.util.Map;

/**
 * Tensors by name from a file of weights.
 *
 * @param <T> {@link dev.dafl.tensor.Tensor}, or {@link dev.dafl.tensor.StoredTensor} where none was read
 * @param tensors in the order of the file
 * @param key which table of the file this is: the way to it, with dots; {@code .} for the file itself
 * @param tables how many tensors each table of the file has, by its key; this one among them
 * @param metadata texts of a safetensors file or of an index of shards; empty for other formats
 * @param notes which table was taken where nobody named one, and what of it was left out, in sentences without a full stop
 */
public record WeightTable<T>(
        WeightFormat format,
        Map<String, T> tensors,
        String key,
        Map<String, Integer> tables,
        Map<String, String> metadata,
        List<String> notes) {

    /** The key of the file itself. */
    public static final String ITSELF = ".";

    /** Of a file that has one table. */
    static <T> WeightTable<T> whole(
            WeightFormat format, Map<String, T> tensors, Map<String, String> metadata, List<String> notes) {
        return new WeightTable<>(format, tensors, ITSELF, Map.of(ITSELF, tensors.size()), metadata, notes);
    }
}
