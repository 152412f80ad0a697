package dev.dafl.tensor.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class SafetensorsTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (DType dtype : DType.values()) {
                tensors.put(
                        "a." + dtype,
                        Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3).to(dtype));
            }
            tensors.put("scalar", Tensor.scalar(7, DType.INT64));
            tensors.put("empty", Tensor.of(new float[0], 0, 4));
            tensors.put(
                    "image", Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2, 1).contiguous(MemoryFormat.CHANNELS_LAST));
            Safetensors.write(file, tensors, Map.of("origin", "a test, \"quoted\""));
            Map<String, Tensor> read = Safetensors.read(file);
            assertEquals(tensors.keySet(), read.keySet());
            tensors.forEach((name, tensor) -> {
                assertEquals(tensor.dtype(), read.get(name).dtype(), name);
                assertArrayEquals(tensor.shape(), read.get(name).shape(), name);
                assertArrayEquals(tensor.toBytes(), read.get(name).toBytes(), name);
            });
        }
        assertEquals(Map.of("origin", "a test, \"quoted\""), Safetensors.metadata(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing temporary stays");
        }
    }

    @Test
    void aFileOfPyTorchsIsRead() throws IOException {
        Path file = Path.of("src/test/resources/golden/optimizers.safetensors");
        try (TensorScope _ = TensorScope.open()) {
            assertArrayEquals(
                    new long[] {3, 2}, Safetensors.read(file).get("start").shape());
        }
        assertTrue(Safetensors.metadata(file).get("origin").startsWith("PyTorch 2.13.0"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}                 | needs 8 bytes, its data_offsets give it 12
            {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}                 | a ends 8 bytes after the end of the file
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                  | 4 bytes follow its last tensor
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                  | a begins at 4 where 0 is due
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                  | a has the data_offsets [8,0]
            {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                 | a has no shape of numbers from 0
            {"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}} | a has the shape
            {"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,8]}}                | a has no shape of numbers from 0
            {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}                | a has no shape of numbers from 0
            {"a":{"dtype":"X9","shape":[2],"data_offsets":[0,8]}}                   | a has the dtype "X9"; known are
            {"a":{"shape":[2],"data_offsets":[0,8]}}                                | a has the dtype
            {"a":7}                                                                 | a has the dtype
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | overlap
            {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}} | not JSON
            [1,2]                                                                   | not a JSON object
            {"a":                                                                   | not JSON
            """)
    void aLyingHeaderIsRefused(String header, String problem) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        assertRefused(bytes(json.length, json, new byte[8]), problem);
    }

    @Test
    void integersOfAllWidthsAreRead() throws IOException {
        byte[] data = new byte[64];
        Arrays.fill(data, (byte) -1);
        Path file = folder.resolve("integers.safetensors");
        for (String type : List.of("I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64")) {
            int bytes = Integer.parseInt(type.substring(1)) / 8;
            byte[] json = "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,64]}}"
                    .formatted(type, 64 / bytes)
                    .getBytes(StandardCharsets.UTF_8);
            Files.write(file, bytes(json.length, json, data));
            try (TensorScope _ = TensorScope.open()) {
                Tensor read = Safetensors.read(file).get("a");
                assertEquals(
                        (type.startsWith("I") ? "INT" : "UINT") + bytes * 8,
                        read.dtype().name());
                assertArrayEquals(data, read.toBytes(), type);
                double largest = type.startsWith("I") ? -1 : Math.pow(2, bytes * 8) - 1;
                assertEquals(largest, read.select(0, 1).item(), type);
            }
        }
    }

    /** Values of {@code torch.float8_e4m3fn} and {@code torch.float8_e5m2}: those of the OCP's specification of 8-bit floats. */
    @Test
    void float8IsReadAsFloat32() throws IOException {
        byte[] e4m3 = {0x00, (byte) 0x80, 0x38, (byte) 0xb8, 0x7e, 0x08, 0x07, 0x01, 0x7f, 0x44};
        byte[] e5m2 = {0x00, (byte) 0x80, 0x3c, (byte) 0xbc, 0x7b, 0x04, 0x03, 0x01, 0x7c, 0x45};
        byte[] json = ("{\"four\":{\"dtype\":\"F8_E4M3\",\"shape\":[2,5],\"data_offsets\":[0,10]},"
                        + "\"five\":{\"dtype\":\"F8_E5M2\",\"shape\":[10],\"data_offsets\":[10,20]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] data = ByteBuffer.allocate(20).put(e4m3).put(e5m2).array();
        Path file = folder.resolve("float8.safetensors");
        Files.write(file, bytes(json.length, json, data));
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> read = Safetensors.read(file);
            assertEquals(DType.FLOAT32, read.get("four").dtype());
            assertArrayEquals(new long[] {2, 5}, read.get("four").shape());
            assertArrayEquals(
                    new float[] {0, -0f, 1, -1, 448, 0x1p-6f, 0x1.cp-7f, 0x1p-9f, Float.NaN, 3},
                    read.get("four").toFloats());
            assertArrayEquals(
                    new float[] {0, -0f, 1, -1, 57344, 0x1p-14f, 0x1.8p-15f, 0x1p-16f, Float.POSITIVE_INFINITY, 5},
                    read.get("five").toFloats());
        }
    }

    @Test
    void whatAFileSaysIsNotRepeatedAtAnyLength() throws IOException {
        String ones = "1" + ",1".repeat(100_000);
        List<String> headers = List.of(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + ones + "],\"data_offsets\":[0,1]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" + ones + "]}}",
                "{\"a\":{\"dtype\":\"" + ones + "\",\"shape\":[1],\"data_offsets\":[0,1]}}",
                "{\"" + ones.substring(0, 40_000) + "\\n\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,2]}}",
                "{\"a\\nb\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,1]}}");
        List<String> problems = List.of(
                "a has 100001 dimensions where a tensor has at most 64",
                "a has the data_offsets [1,1,",
                "a has the dtype \"1,1,",
                "1,1,... (40001 characters) ",
                "a?b of shape [2] needs 2 bytes");
        for (int i = 0; i < headers.size(); i++) {
            byte[] json = headers.get(i).getBytes(StandardCharsets.UTF_8);
            String message = assertRefused(bytes(json.length, json, new byte[1]), problems.get(i));
            assertTrue(message.length() < 500 && !message.contains("\n"), message);
        }
    }

    /** 640 is 0x0280, with which a pickle begins. */
    @Test
    void aHeaderWhoseLengthLooksLikeAnotherKindOfFileIsRead() throws IOException {
        byte[] json = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"
                .concat(" ".repeat(640))
                .substring(0, 640)
                .getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("weights.safetensors");
        Files.write(file, bytes(json.length, json, new byte[] {7}));
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(7, Safetensors.read(file).get("a").item());
        }
    }

    @Test
    void aLyingLengthIsRefused() throws IOException {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefused(bytes(Long.MAX_VALUE, json, new byte[0]), "says that its header is 9223372036854775807 bytes");
        assertRefused(bytes(-1, json, new byte[0]), "says that its header is 18446744073709551615 bytes");
        assertRefused(bytes(0, json, new byte[0]), "says that its header is 0 bytes");
        assertRefused(new byte[3], "only 3 bytes long");
        assertRefused(new byte[0], "only 0 bytes long");
    }

    /** Whatever is changed in a sound file, reading it gives tensors or a {@link SafetensorsException}. */
    @Test
    void noDamageMakesItFailInAnotherWay() throws IOException {
        byte[] sound = Files.readAllBytes(Path.of("src/test/resources/golden/optimizers.safetensors"));
        Random random = new Random(5);
        Path file = folder.resolve("damaged.safetensors");
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged =
                    random.nextInt(4) == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
            for (int j = random.nextInt(4); j >= 0 && damaged.length > 0; j--) {
                damaged[random.nextInt(Math.min(damaged.length, 2800))] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try (TensorScope _ = TensorScope.open()) {
                Safetensors.read(file);
            } catch (SafetensorsException e) {
                refused++;
            }
        }
        assertTrue(refused > 200, refused + " of 400 refused");
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        try (TensorScope _ = TensorScope.open()) {
            Safetensors.write(file, Map.of("a", Tensor.of(new float[] {1}, 1)), Map.of());
            Tensor freed = Tensor.of(new float[] {2}, 1);
            Map<String, Tensor> bad = Map.of("a", freed);
            freed.close();
            assertThrows(IllegalStateException.class, () -> Safetensors.write(file, bad, Map.of()));
            assertEquals(1, Safetensors.read(file).get("a").item());
        }
        assertFalse(Files.exists(folder.resolve("weights.safetensors.tmp")));
    }

    private String assertRefused(byte[] content, String problem) throws IOException {
        Path file = folder.resolve("lying.safetensors");
        Files.write(file, content);
        try (TensorScope _ = TensorScope.open()) {
            String message = assertThrows(SafetensorsException.class, () -> Safetensors.read(file))
                    .getMessage();
            assertTrue(message.contains(file.toString()) && message.contains(problem), message);
            return message;
        }
    }

    private static byte[] bytes(long length, byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .put(data)
                .array();
    }
}
