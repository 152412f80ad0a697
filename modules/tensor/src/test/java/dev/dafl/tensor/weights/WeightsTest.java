package dev.dafl.tensor.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class WeightsTest {

    private static final Path FILES = Path.of("src/test/resources/torch");
    private static final Path SHARDS = FILES.resolve("shards");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "network.safetensors, SAFETENSORS",
        "averaged.pt, TORCH",
        "checkpoint-legacy.pth.tar, TORCH_LEGACY",
    })
    void theBytesTellTheFormatAndNotTheName(String name, WeightFormat format) throws IOException {
        Path renamed = Files.copy(FILES.resolve(name), folder.resolve("weights.bin"));
        try (TensorScope _ = TensorScope.open()) {
            WeightTable<Tensor> read = Weights.read(renamed, Optional.empty());
            WeightTable<StoredTensor> listed = Weights.list(renamed, Optional.empty());
            assertEquals(format, read.format());
            assertEquals(9, read.tensors().size());
            assertEquals(read.tensors().keySet(), listed.tensors().keySet());
            assertEquals(9, read.tables().get(read.key()));
            listed.tensors()
                    .forEach((tensor, stored) -> assertEquals(
                            Arrays.stream(read.tensors().get(tensor).shape())
                                    .boxed()
                                    .toList(),
                            stored.shape()));
            assertEquals(
                    format == WeightFormat.SAFETENSORS,
                    read.metadata().getOrDefault("origin", "").startsWith("PyTorch 2.13.0"));
        }
    }

    @Test
    void shardsAreReadAsOneTable() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            WeightTable<Tensor> read = Weights.read(SHARDS.resolve("model.safetensors.index.json"), Optional.empty());
            assertEquals(WeightFormat.SHARDS, read.format());
            assertEquals(
                    List.of("a.bias", "a.weight", "b.weight"),
                    read.tensors().keySet().stream().sorted().toList());
            assertArrayEquals(
                    new float[] {3, 3.25f, 3.5f, 3.75f, 4, 4.25f},
                    read.tensors().get("b.weight").toFloats());
            assertEquals(Map.of("total_size", "72"), read.metadata());
            assertEquals(List.of(), read.notes());
            assertEquals(
                    1,
                    Weights.read(SHARDS.resolve("pytorch_model.bin.index.json"), Optional.empty())
                            .tensors()
                            .size());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"weight_map": {"a": "../model-00002-of-00002.safetensors"}} | has a in "../model-00002-of-00002.safetensors", where the name of a file beside it is due
            {"weight_map": {"a": "/etc/passwd"}}                         | has a in "/etc/passwd", where
            {"weight_map": {"a": "x\\\\y"}}                              | has a in "x\\\\y", where
            {"weight_map": {"a": ".."}}                                  | has a in "..", where
            {"weight_map": {"a": 7}}                                     | has a in 7, where
            {"weight_map": {}}                                           | is no index of shards: it has no weight_map from tensors to files
            {"weights": {}}                                              | is no index of shards: it has no weight_map from tensors to files
            {"weight_map": {"a": "x", "a": "y"}}                         | is not JSON, as an index of shards is
            {"weight_map":                                               | is not JSON, as an index of shards is
            {"weight_map": {"a": "gone.safetensors"}}                    | lacks its shard gone.safetensors, one of 1, which is due beside it
            {"weight_map": {"a.weight": "shard", "c.weight": "shard"}}   | names tensors that are not in its shards: c.weight; are the shards of another model?
            """)
    void anIndexThatIsNotSoundIsRefused(String json, String problem) throws IOException {
        Files.copy(SHARDS.resolve("model-00001-of-00002.safetensors"), folder.resolve("shard"));
        Path index = Files.writeString(folder.resolve("x.safetensors.index.json"), json);
        assertRefused(index, Optional.empty(), problem);
    }

    @Test
    void whatTheIndexDoesNotHaveIsLeftOutAndTold() throws IOException {
        Files.copy(SHARDS.resolve("model-00001-of-00002.safetensors"), folder.resolve("shard"));
        Path index = Files.writeString(
                folder.resolve("x.safetensors.index.json"), "{\"weight_map\": {\"a.weight\": \"shard\"}}");
        WeightTable<StoredTensor> listed = Weights.list(index, Optional.empty());
        assertEquals(List.of("a.weight"), List.copyOf(listed.tensors().keySet()));
        assertEquals(List.of("left out what the index does not have in shard: a.bias"), listed.notes());
    }

    @Test
    void aKeyIsForFilesWithTablesInside() {
        assertRefused(
                FILES.resolve("network.safetensors"),
                Optional.of("ema"),
                "has one table of tensors and none inside it, so key is to be left out");
        assertRefused(FILES.resolve("averaged.pt"), Optional.of("ema"), "has no tensors under ema; there are net");
    }

    @Test
    void aFileThatIsMissingIsLeftToTheCaller() {
        assertThrows(
                NoSuchFileException.class, () -> Weights.read(folder.resolve("gone.safetensors"), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            w.pt       | `\\n<!DOCTYPE html><html>`                        | is a web page, not weights: their download failed; delete it and fetch them again
            w.bin      | <html>                                            | is a web page, not weights
            w.bin      | <?xml version="1.0"?><Error>                      | is a web page, not weights
            w.bin      | version https://git-lfs.github.com/spec/v1        | is a pointer of Git LFS, not the weights themselves; fetch those with git lfs pull
            w.bin      | {"error": "not found"}                            | is JSON, not weights
            w.bin      | ``                                                | is empty; was its download broken off?
            w.h5       | \\u0089HDF\\r\\n\\u001a\\n                        | is HDF5, as Keras writes models; export it to ONNX in Python and name it with model: onnx
            w.npy      | \\u0093NUMPY\\u0001\\u0000                        | is one array of NumPy (.npy), not weights by name
            w.tflite   | \\u001c\\u0000\\u0000\\u0000TFL3                  | is a model of TensorFlow Lite
            w.gguf     | GGUF\\u0003                                       | is GGUF, a language model
            w.pt       | \\u0080\\u0004}.                                  | is a pickle that torch.save did not write, as of NumPy's arrays; if you trust
            w.pt       | \\b\\n\\u0012\\u0007pytorch                       | is a network in ONNX, with its weights; name it with model: onnx in place of weights
            w.onnx     | anything                                          | is a network in ONNX
            graph.pb   | anything                                          | is a file of TensorFlow's; export it to ONNX
            a.ckpt.data-00000-of-00001 | anything                          | is a file of TensorFlow's
            w.pt.gz    | \\u001f\\u008b\\b                                 | is packed with gzip; unpack it and name the file of weights in it
            w.7z       | 7z\\u00bc\\u00af'\\u001c                          | is packed with 7-Zip
            w.pt       | anything                                          | is no file of weights that is known here; those of PyTorch (torch.save of a state_dict) and safetensors are
            """)
    void otherFilesAreToldForWhatTheyAre(String name, String content, String problem) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, bytes(content));
        assertRefused(file, Optional.empty(), problem);
    }

    /** With Java's escapes, and those of any character. */
    private static byte[] bytes(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString().translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aPickleOfArraysAndArchivesAreToldForWhatTheyAre() throws IOException {
        assertRefused(FILES.resolve("arrays.pkl"), Optional.empty(), "is a pickle that torch.save did not write");
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        tar[0] = 'x';
        assertRefused(
                Files.write(folder.resolve("w.pth.tar"), tar),
                Optional.empty(),
                "is a tar archive; if weights are in it, unpack it and name their file");
        System.arraycopy("storages".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 8);
        assertRefused(
                Files.write(folder.resolve("w.pth.tar"), tar),
                Optional.empty(),
                "is in PyTorch's first format, a tar archive of before 2017");
    }

    @Test
    void inPlaceOfAFolderItsFilesAreNamed() throws IOException {
        assertRefused(
                SHARDS,
                Optional.empty(),
                "is a folder; name the file of weights in it, one of model-00001-of-00002.safetensors, "
                        + "model-00002-of-00002.safetensors, model.safetensors.index.json, "
                        + "pytorch_model-00001-of-00001.bin, pytorch_model.bin.index.json");
        assertRefused(folder, Optional.empty(), "is a folder; name the file of weights in it");
        Files.createFile(folder.resolve("saved_model.pb"));
        assertRefused(folder, Optional.empty(), "is a SavedModel of TensorFlow; export it to ONNX");
    }

    @Test
    void noFileOfTheTestsLeavesTensorsBehindWhetherItIsReadOrRefused() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path file : files.sorted().toList()) {
                try (TensorScope _ = TensorScope.open()) {
                    Weights.read(file, Optional.empty());
                } catch (WeightsException e) {
                    assertTrue(e.getMessage().startsWith(file + " "), e.getMessage());
                }
            }
        }
    }

    private static void assertRefused(Path file, Optional<String> key, String problem) {
        try (TensorScope _ = TensorScope.open()) {
            for (boolean read : new boolean[] {true, false}) {
                String message = assertThrows(WeightsException.class, () -> {
                            if (read) {
                                Weights.read(file, key);
                            } else {
                                Weights.list(file, key);
                            }
                        })
                        .getMessage();
                assertTrue(message.startsWith(file + " " + problem), message);
            }
        }
    }
}
