package dev.dafl.engine.tools;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.weights.WeightsFile;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.weights.WeightTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a weights file has in it and which network it is of, without reading the weights themselves.
 *
 * @param file as it was named
 * @param format such as {@code safetensors} or {@code PyTorch}
 * @param tables how many tensors each table has, by the key that names it; {@code .} is the file itself
 * @param key the table that the rest is of
 * @param tensors in the order of the file
 * @param parameters numbers in all tensors but batch norms' statistics and counters
 * @param classes outputs of what is probably the last layer; empty where none looks like one
 * @param fits the installed networks that have tensors of these names and shapes, with every choice of options that are yes or
 *     no or one of some names; of options such as numbers, the defaults alone
 * @param metadata texts that the file has about itself
 * @param notes what was chosen and left out
 */
public record WeightsInspection(
        String file,
        String format,
        Map<String, Integer> tables,
        String key,
        List<TensorLine> tensors,
        long parameters,
        Optional<Long> classes,
        List<FittingNetwork> fits,
        Map<String, String> metadata,
        List<String> notes) {

    /** A tensor, with torch's name of its type. */
    public record TensorLine(String name, String dtype, List<Long> shape) {}

    /**
     * @param key which table; the likeliest where it is empty
     * @throws ConfigException when the file cannot be read or has no such table
     */
    public static WeightsInspection of(Path file, Optional<String> key, Extensions extensions) {
        WeightTable<StoredTensor> table = new WeightsFile(file).list(key);
        Map<String, StoredTensor> tensors = table.tensors();
        LayerShapes layers = new LayerShapes(tensors);
        List<String> notes = new ArrayList<>(table.notes());
        List<FittingNetwork> fits = layers.classes().isPresent()
                ? FittingNetwork.among(extensions, layers, layers.classes().get(), notes::add)
                : List.of();
        return new WeightsInspection(
                file.toString(),
                table.format().toString(),
                table.tables(),
                table.key(),
                tensors.entrySet().stream()
                        .map(tensor -> new TensorLine(
                                tensor.getKey(),
                                tensor.getValue().dtype(),
                                tensor.getValue().shape()))
                        .toList(),
                layers.parameters(),
                layers.classes(),
                fits,
                table.metadata(),
                List.copyOf(notes));
    }
}
