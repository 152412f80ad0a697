package dev.dafl.tensor.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are PyTorch's own; {@code src/test/python/torch_files.py} wrote them. */
@ExtendWith(NoLeaks.class)
class TorchFileTest {

    private static final Path FILES = Path.of("src/test/resources/torch");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "tensors.pt, false, 26",
        "tensors-protocol-4.pt, false, 26",
        "tensors-protocol-5.pt, false, 26",
        "tensors-no-checksums.pt, false, 26",
        "tensors-wide.pt, false, 26",
        "tensors-legacy.pt, true, 21"
    })
    void tensorsOfEveryTypeAndLayoutAreRead(String file, boolean legacy, int count) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> expected = Safetensors.read(FILES.resolve("tensors.safetensors"));
            StateDict<Tensor> read = TorchFile.read(FILES.resolve(file), Optional.empty());
            assertEquals(legacy, read.legacy());
            assertEquals(List.of(), read.notes());
            assertEquals(".", read.key());
            assertEquals(Map.of(".", count), read.tables());
            assertEquals(count, read.tensors().size());
            read.tensors().forEach((name, tensor) -> assertSame(name, expected.get(name), tensor));
            assertArrayEquals(
                    new long[] {1, 6}, read.tensors().get("layout.transposed").strides());
            assertArrayEquals(
                    new long[] {24, 1, 6, 3},
                    read.tensors().get("layout.channels_last").strides());
        }
    }

    @Test
    void whatAFileHasIsListedWithoutReadingIt() throws IOException {
        StateDict<StoredTensor> listed = TorchFile.list(FILES.resolve("tensors.pt"), Optional.empty());
        assertEquals(
                new StoredTensor("float8_e4m3fn", List.of(6L)), listed.tensors().get("type.float8_e4m3fn"));
        assertEquals("uint16[6]", listed.tensors().get("type.uint16").toString());
        assertEquals(
                "float32[1, 3, 4, 2]",
                listed.tensors().get("layout.channels_last").toString());
        assertEquals(24, listed.tensors().get("layout.channels_last").numel());
        assertEquals("int64[]", listed.tensors().get("layout.scalar").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkpoint.pth.tar", "checkpoint-legacy.pth.tar"})
    void aCheckpointsWeightsAreFoundAmongAllElse(String file) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            StateDict<Tensor> read = TorchFile.read(FILES.resolve(file), Optional.empty());
            assertEquals("state_dict", read.key());
            Map<String, Tensor> expected = Safetensors.read(FILES.resolve("network.safetensors"));
            assertEquals(expected.size(), read.tensors().size());
            expected.forEach(
                    (name, tensor) -> assertSame(name, tensor, read.tensors().get("module." + name)));
            assertEquals(
                    List.of("took state_dict (9 tensors); key can name another: the file itself (2 tensors)"),
                    read.notes());
            StateDict<Tensor> itself = TorchFile.read(FILES.resolve(file), Optional.of("."));
            assertEquals(Set.of("best_acc1", "rng_state"), itself.tensors().keySet());
            assertTrue(
                    itself.notes().getFirst().startsWith("left out what is no tensor: epoch, arch, args, accuracy, "),
                    itself.notes()::toString);
        }
    }

    @Test
    void tablesDeeperInAFileAreFoundAndNamedByKeys() throws IOException {
        Path file = FILES.resolve("averaged.pt");
        StateDict<StoredTensor> likeliest = TorchFile.list(file, Optional.empty());
        assertEquals(
                List.of("net", "run.ema.state_dict"),
                List.copyOf(likeliest.tables().keySet()));
        assertEquals("net", likeliest.key());
        assertEquals(
                List.of("took net (9 tensors); key can name another: run.ema.state_dict (9 tensors)"),
                likeliest.notes());
        assertTrue(likeliest.tensors().containsKey("conv.weight"));
        StateDict<StoredTensor> average = TorchFile.list(file, Optional.of("run.ema.state_dict"));
        assertEquals(List.of(), average.notes());
        assertTrue(average.tensors().containsKey("module.conv.weight"));
        assertRefused(
                file,
                Optional.of("nets"),
                "has no tensors under nets; there are net (9 tensors), run.ema.state_dict (9 tensors)");
    }

    @Test
    void withoutACustomaryNameTheLargestTableIsTakenAndNeverAnOptimizers() throws IOException {
        StateDict<StoredTensor> read = TorchFile.list(FILES.resolve("several.pt"), Optional.empty());
        assertEquals("critic", read.key());
        assertEquals(
                List.of("generator", "critic", "optim_all"),
                List.copyOf(read.tables().keySet()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evil.pt          | is refused: it would call posix.system in Python, for which weights have no use; nothing of it was run
            evil-legacy.pt   | is refused: it would call builtins.eval in Python, for which weights have no use
            evil-call.pt     | is refused: it would call numpy.load in Python, which is none of the functions that build tensors
            enumeration.pt   | is refused: it would call __main__.Mode in Python, which is none of the functions that build tensors
            module.pt        | holds a whole network, torch.nn.modules.container.Sequential, which is a pickled program and not weights
            module-own.pt    | holds a whole network, __main__.Own, which is a pickled program and not weights
            module-legacy.pt | holds a whole network, __main__.Own, which is a pickled program and not weights
            script.pt        | is a TorchScript archive, a program with its weights; export it in Python
            program.pt2      | is a program of torch.export; export it in Python
            list.pt          | holds no tensors by name: it is a list of 2; save the state_dict() of a network
            one-tensor.pt    | holds no tensors by name: it is a tensor; save the state_dict() of a network
            big-endian.pt    | was written on a big-endian machine, whose numbers are not read here
            deflated.pt      | has tensors/byteorder compressed or encrypted, as torch.save never writes it
            """)
    void programsAndForeignFilesAreRefusedByName(String file, String problem) {
        assertRefused(FILES.resolve(file), Optional.empty(), problem);
        assertFalse(Files.exists(Path.of("/tmp/dafl-was-here")), "the pickle's command was run");
    }

    @Test
    void howAModulesWeightsAreSavedIsToldInThreeLines() {
        String message = assertRefused(FILES.resolve("module-own.pt"), Optional.empty(), "holds a whole network");
        assertTrue(message.endsWith("""
                        ; save its weights, in Python, where its classes can be imported, and only if you trust who made it:
                          import torch
                          network = torch.load("src/test/resources/torch/module-own.pt", map_location="cpu", weights_only=False)["model"]
                          torch.save(network.state_dict(), "module-own-weights.pt")"""), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sparse    | a is sparse; save it as to_dense() gives it
            complex   | a is of complex64, which is not read
            quantised | a is quantised (qint8); save it as dequantize() gives it
            negated   | a has elements that are still to be negated; save it as resolve_neg() gives it
            meta      | a lies on the device meta: its shape was saved and no numbers
            scales    | a is of float8_e8m0fnu, which is not read
            """)
    void tensorsThatCannotBeReadAreNamedAndDisturbNoOtherTable(String key, String problem) throws IOException {
        Path file = FILES.resolve("unreadable.pt");
        assertRefused(file, Optional.of(key), "has a tensor that is not read: " + problem);
        TorchFile.list(file, Optional.of(key));
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(
                    Set.of("a"),
                    TorchFile.read(file, Optional.of("sound")).tensors().keySet());
        }
    }

    /** PyTorch 2.13.0 reads the file of this digest with {@code weights_only=True} and finds each of these tensors in it. */
    @Test
    void whatIsWrittenIsReadAndAlwaysTheSameBytes() throws IOException, NoSuchAlgorithmException {
        Path file = folder.resolve("written.pt");
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (DType dtype : DType.values()) {
                tensors.put(
                        "a." + dtype,
                        Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3).to(dtype));
            }
            tensors.put(
                    "transposed",
                    Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).transpose(0, 1));
            tensors.put("scalar", Tensor.scalar(7, DType.INT64));
            tensors.put("empty", Tensor.of(new float[0], 0, 4));
            tensors.put("ünïcode", Tensor.of(new float[300], 300));
            TorchFile.write(file, tensors);
            StateDict<Tensor> read = TorchFile.read(file, Optional.empty());
            assertEquals(
                    List.copyOf(tensors.keySet()), List.copyOf(read.tensors().keySet()));
            tensors.forEach(
                    (name, tensor) -> assertSame(name, tensor, read.tensors().get(name)));
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        assertEquals(
                "be8501f729f385f78bfd3e23fab72f9325668713fd3c2f3bc569ab8398e51f80",
                HexFormat.of().formatHex(digest));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing temporary stays");
        }
    }

    @Test
    void aFileThatWasCutOffIsRefusedWhereverThatWas() throws IOException {
        for (String name : List.of("tensors.pt", "tensors-legacy.pt")) {
            byte[] sound = Files.readAllBytes(FILES.resolve(name));
            for (int length = 20; length < sound.length; length += 37) {
                Path file = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(sound, length));
                assertRefused(file, Optional.empty(), "is damaged: ");
            }
        }
    }

    /** Eight tensors that all look at the same two numbers, as if each were a billion of them. */
    @Test
    void tensorsThatAreLargerInMemoryThanInTheFileAreBounded() throws IOException {
        byte[] sound = Files.readAllBytes(FILES.resolve("tensors-legacy.pt"));
        // BASE[0, 1:3].expand(3, 2): the shape (3, 2) becomes (255, 2), then 2 numbers of four bytes are put in its
        // place.
        byte[] shape = {'K', 3, 'K', 2, (byte) 0x86};
        int at = indexOf(sound, shape);
        byte[] large = {'J', 0, 0, 0, 0x40, 'K', 2, (byte) 0x86};
        byte[] edited = new byte[sound.length - shape.length + large.length];
        System.arraycopy(sound, 0, edited, 0, at);
        System.arraycopy(large, 0, edited, at, large.length);
        System.arraycopy(sound, at + shape.length, edited, at + large.length, sound.length - at - shape.length);
        Path file = Files.write(folder.resolve("large.pt"), edited);
        assertRefused(
                file,
                Optional.empty(),
                "cannot be read: its tensors share memory, and up to layout.expanded would take more than 8 times");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not in the file");
    }

    private static void assertSame(String name, Tensor expected, Tensor actual) {
        assertEquals(expected.dtype(), actual.dtype(), name);
        assertArrayEquals(expected.shape(), actual.shape(), name);
        assertArrayEquals(expected.toBytes(), actual.toBytes(), name);
    }

    private static String assertRefused(Path file, Optional<String> key, String problem) {
        try (TensorScope _ = TensorScope.open()) {
            String message = assertThrows(TorchException.class, () -> TorchFile.read(file, key))
                    .getMessage();
            assertTrue(message.startsWith(file + " " + problem), message);
            return message;
        }
    }
}
