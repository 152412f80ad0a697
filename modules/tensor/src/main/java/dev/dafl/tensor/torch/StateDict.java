package dev.dafl.tensor.torch;

import java.util.List;
import java.util.Map;

/**
 * A table of tensors by name from a file of {@code torch.save}.
 *
 * @param <T> {@link dev.dafl.tensor.Tensor}, or {@link dev.dafl.tensor.StoredTensor} where none was read
 * @param key the way to it in the file, with dots; {@code .} for the file itself
 * @param tensors in the order of the file
 * @param tables how many tensors each table of the file has, by the way to it; this one among them
 * @param legacy whether the file is in the format before PyTorch 1.6
 * @param notes which table was taken where nobody named one, and what of it was left out, in sentences without a full stop
 */
public record StateDict<T>(
        String key, Map<String, T> tensors, Map<String, Integer> tables, boolean legacy, List<String> notes) {}
