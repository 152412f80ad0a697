package dev.dafl.tensor.weights;

import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.torch.StateDict;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What is wanted of a file's tensors, in each format: the tensors themselves, or what they are. */
interface Source<T> {

    Map<String, T> safetensors(Path file) throws IOException;

    StateDict<T> torch(Path file, Optional<String> key) throws IOException;

    /** The tensors, in the innermost scope. */
    static Source<Tensor> reading() {
        return new Source<>() {
            @Override
            public Map<String, Tensor> safetensors(Path file) throws IOException {
                return Safetensors.read(file);
            }

            @Override
            public StateDict<Tensor> torch(Path file, Optional<String> key) throws IOException {
                return TorchFile.read(file, key);
            }
        };
    }

    /** What they are. */
    static Source<StoredTensor> listing() {
        return new Source<>() {
            @Override
            public Map<String, StoredTensor> safetensors(Path file) throws IOException {
                return Safetensors.list(file);
            }

            @Override
            public StateDict<StoredTensor> torch(Path file, Optional<String> key) throws IOException {
                return TorchFile.list(file, key);
            }
        };
    }
}
