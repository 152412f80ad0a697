package dev.dafl.plugins.nayer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassEmbeddingsTest {

    @TempDir
    Path folder;

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"10, 512", "8, 8", "100, 101"})
    void seededVectorsAreOrthogonalAndOfLengthOne(int classes, int size) {
        Tensor table = orthogonal(classes, size, 1);
        assertArrayEquals(new long[] {classes, size}, table.shape());
        float[] products = table.matmul(table.transpose(0, 1)).toFloats();
        for (int i = 0; i < products.length; i++) {
            assertEquals(i / classes == i % classes ? 1 : 0, products[i], 2e-6, i / classes + ", " + i % classes);
        }
    }

    @Test
    void seededVectorsFollowFromTheSeed() {
        float[] first = orthogonal(4, 8, 1).toFloats();
        assertArrayEquals(first, orthogonal(4, 8, 1).toFloats());
        assertFalse(Arrays.equals(first, orthogonal(4, 8, 2).toFloats()));
    }

    private static Tensor orthogonal(int classes, int size, long seed) {
        return ClassEmbeddings.orthogonal(classes, size, new RandomStream(seed).at("embedding", 0));
    }

    @Test
    void aFileIsReadInWhateverPrecision() throws IOException {
        float[] values = {1, -2, 0.5f, 4, 0, 8};
        Tensor table = Tensor.of(values, 3, 2);
        for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16}) {
            Tensor read = ClassEmbeddings.read(written(Map.of("any name", table.to(type))), 3);
            assertEquals(DType.FLOAT32, read.dtype());
            assertArrayEquals(values, read.toFloats());
        }
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        String missing = folder.resolve("none.safetensors").toString();
        assertEquals(
                "embedding: there is no file " + missing + "; give a safetensors file with one tensor [classes, d], or"
                        + " leave embedding out for orthogonal vectors",
                String.valueOf(assertThrows(IOException.class, () -> ClassEmbeddings.read(missing, 3))
                        .getMessage()));
    }

    @Test
    void aFileOfAnotherKindIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("page.safetensors"), "<html>not found</html>");
        assertTold(file.toString(), "embedding: " + file + " is not a sound safetensors file");
    }

    @Test
    void whatDoesNotFitIsTold() throws IOException {
        Tensor table = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        assertTold(written(Map.of("e", table)), "holds vectors of 2 classes and the teacher knows 3");
        assertTold(written(Map.of("e", table, "f", table)), "holds 2 tensors");
        assertTold(written(Map.of("e", table.flatten(0))), "give a safetensors file with one tensor [classes, d]");
        assertTold(written(Map.of("e", Tensor.of(new long[] {1, 2, 3}, 3, 1))), "of floating numbers");
        assertTold(written(Map.of("e", Tensor.of(new float[] {1, Float.NaN, 3}, 3, 1))), "holds a NaN or an infinite");
    }

    private String written(Map<String, Tensor> tensors) throws IOException {
        Path file = folder.resolve("embedding.safetensors");
        Safetensors.write(file, tensors, Map.of());
        return file.toString();
    }

    private static void assertTold(String file, String part) {
        String told = String.valueOf(assertThrows(IllegalArgumentException.class, () -> ClassEmbeddings.read(file, 3))
                .getMessage());
        assertTrue(told.startsWith("embedding: " + file) && told.contains(part) && !told.endsWith("."), told);
    }
}
