package dev.dafl.tensor.weights;

import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import dev.dafl.tensor.torch.StateDict;
import dev.dafl.tensor.torch.TorchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads weights from any file that holds some: safetensors, also in shards, and what {@code torch.save} wrote. The bytes tell
 * the format, not the name. Whatever else a file is, it is told what, and what to do with it.
 */
public final class Weights {

    private Weights() {}

    /**
     * Reads tensors by name, on the CPU, into the innermost scope; float8 as float32, all else in the type that it has in the
     * file.
     *
     * @param key which table of a file that has several, the way to it with dots, such as {@code ema.state_dict}; the likeliest
     *     where it is empty, as {@link dev.dafl.tensor.torch.TorchFile} tells
     * @throws WeightsException when the file is of another kind or not what it says, or has no such table
     */
    public static WeightTable<Tensor> read(Path file, Optional<String> key) throws IOException {
        return open(file, key, Source.reading());
    }

    /**
     * What tensors a file has, without reading them.
     *
     * @throws WeightsException as {@link #read}, but for what only the tensors themselves tell
     */
    public static WeightTable<StoredTensor> list(Path file, Optional<String> key) throws IOException {
        return open(file, key, Source.listing());
    }

    private static <T> WeightTable<T> open(Path file, Optional<String> key, Source<T> source) throws IOException {
        if (Files.isDirectory(file)) {
            throw new WeightsException(file, ForeignFile.folder(file));
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new WeightsException(file, "is neither a file nor a folder");
        }
        try {
            return switch (FileKind.of(file)) {
                case FileKind.Safetensors _ -> {
                    requireNoKey(file, key);
                    yield WeightTable.whole(
                            WeightFormat.SAFETENSORS, source.safetensors(file), Safetensors.metadata(file), List.of());
                }
                case FileKind.Index _ -> {
                    requireNoKey(file, key);
                    yield Shards.read(file, source);
                }
                case FileKind.Torch _ -> ofTorch(source.torch(file, key));
                case FileKind.Foreign(String predicate) -> throw new WeightsException(file, predicate);
            };
        } catch (SafetensorsException | TorchException e) {
            throw new WeightsException(e);
        }
    }

    private static void requireNoKey(Path file, Optional<String> key) {
        if (key.isPresent() && !key.get().equals(WeightTable.ITSELF)) {
            throw new WeightsException(file, "has one table of tensors and none inside it, so key is to be left out");
        }
    }

    private static <T> WeightTable<T> ofTorch(StateDict<T> read) {
        return new WeightTable<>(
                read.legacy() ? WeightFormat.TORCH_LEGACY : WeightFormat.TORCH,
                read.tensors(),
                read.key(),
                read.tables(),
                Map.of(),
                read.notes());
    }
}
