package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the process has mapped is seen in {@code /proc/self/maps}. */
@ExtendWith(NoLeaks.class)
class MappedTensorTest {

    private static final int BYTES = 3 * 4096 + 120;

    @TempDir
    private Path folder;

    private Path file;
    private final byte[] content = new byte[BYTES];

    @BeforeEach
    void write() throws IOException {
        new Random(1).nextBytes(content);
        file = Files.write(folder.resolve("a file.bin"), content);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void itHoldsWhatIsInTheFile(DType dtype) throws IOException {
        if (dtype == DType.BOOL) {
            for (int i = 0; i < BYTES; i++) {
                content[i] &= 1;
            }
            Files.write(file, content);
        }
        try (TensorScope _ = TensorScope.open()) {
            for (int offset : new int[] {0, 8, 4096, 4104, BYTES - 16}) {
                long[] sizes = {(BYTES - offset) / 16, 2, 8 / dtype.bytes()};
                Tensor mapped = Tensor.mapped(file, offset, dtype, sizes);
                assertEquals(dtype, mapped.dtype());
                assertArrayEquals(sizes, mapped.shape());
                assertEquals(
                        ByteBuffer.wrap(content, offset, (BYTES - offset) / 16 * 16),
                        ByteBuffer.wrap(mapped.toBytes()));
            }
        }
        assertFalse(isMapped());
    }

    @Test
    void operatorsTakeItAsAnyOther() throws IOException {
        float[] values = {1, -2, 3, -4, 5, -6};
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
        try (TensorScope _ = TensorScope.open()) {
            Tensor mapped = Tensor.mapped(file, 0, DType.FLOAT32, 3, 2);
            assertTrue(mapped.isContiguous());
            assertEquals(Device.CPU, mapped.device());
            assertArrayEquals(new float[] {5, -6, 1, -2}, rows(mapped, 2, 0));
            assertArrayEquals(new float[] {9, -12}, mapped.sum(false, 0).toFloats());
            assertArrayEquals(values, mapped.to(Device.CPU).to(DType.FLOAT32).toFloats());
        }
        assertFalse(isMapped());
    }

    @Test
    void partsOutliveTheTensorThatTheyAreOf() throws IOException {
        try (TensorScope outer = TensorScope.open()) {
            Tensor part;
            try (TensorScope _ = TensorScope.open()) {
                part = Tensor.mapped(file, 0, DType.UINT8, 100, 10)
                        .narrow(0, 50, 20)
                        .select(0, 5)
                        .moveTo(outer);
            }
            assertTrue(isMapped());
            assertArrayEquals(Arrays.copyOfRange(content, 550, 560), part.toBytes());
            part.close();
            assertFalse(isMapped());
            assertThrows(IllegalStateException.class, part::toBytes);
        }
    }

    @Test
    void whatAGradientNeedsIsKept() throws IOException {
        ByteBuffer two = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(3);
        Files.write(file, two.putFloat(5).array());
        try (TensorScope _ = TensorScope.open()) {
            Tensor weight = Tensor.of(new float[] {1, 1}, 2).requiresGrad_(true);
            Tensor loss;
            try (TensorScope _ = TensorScope.open()) {
                loss = weight.mul(Tensor.mapped(file, 0, DType.FLOAT32, 2))
                        .sum()
                        .toOuter();
            }
            assertTrue(isMapped());
            loss.backward();
            loss.close();
            assertFalse(isMapped());
            assertArrayEquals(
                    new float[] {3, 5}, weight.takeGrad().orElseThrow().toFloats());
        }
    }

    @Test
    void anyThreadMayLetItGo() throws IOException {
        TensorScope store = TensorScope.detached();
        try (TensorScope _ = TensorScope.open()) {
            Tensor.mapped(file, 0, DType.UINT8, BYTES).moveTo(store);
        }
        assertTrue(isMapped());
        CompletableFuture.runAsync(store::close).join();
        assertFalse(isMapped());
    }

    @Test
    void whatIsWrittenIntoItStaysOutOfTheFile() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Tensor mapped = Tensor.mapped(file, 0, DType.UINT8, BYTES);
            Tensor other = Tensor.mapped(file, 0, DType.UINT8, BYTES);
            mapped.to(Device.CPU).to(DType.UINT8).zero_(); // no copy of it
            mapped.narrow(0, 4096, 1).copy_(Tensor.scalar(7, DType.UINT8));
            assertEquals(7, mapped.max().item());
            assertArrayEquals(content, other.toBytes());
        }
        assertArrayEquals(content, Files.readAllBytes(file));
    }

    @Test
    void theFileMayBeReadOnlyDeletedAndReplaced() throws IOException {
        assertTrue(file.toFile().setReadOnly());
        try (TensorScope _ = TensorScope.open()) {
            Tensor first = Tensor.mapped(file, 0, DType.UINT8, BYTES);
            Path next = Files.write(folder.resolve("next"), new byte[] {1});
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            Tensor second = Tensor.mapped(file, 0, DType.UINT8, 1);
            Files.delete(file);
            assertArrayEquals(content, first.toBytes());
            assertArrayEquals(new byte[] {1}, second.toBytes());
        }
    }

    @Test
    void manyMayBeMadeAndLetGo() throws IOException {
        for (int i = 0; i < 2000; i++) {
            try (TensorScope _ = TensorScope.open()) {
                assertEquals(
                        content[i] & 0xff,
                        Tensor.mapped(file, 0, DType.UINT8, BYTES).select(0, i).item());
            }
        }
        assertFalse(isMapped());
    }

    @Test
    void nothingNeedsNoFile() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Tensor none = Tensor.mapped(Files.createFile(folder.resolve("empty")), 0, DType.FLOAT32, 0, 3);
            assertArrayEquals(new long[] {0, 3}, none.shape());
        }
    }

    @Test
    void whatCannotBeMappedIsToldAndNothingIsLeft() throws IOException {
        assertRefused("cannot map " + file + ": it is " + BYTES + " bytes long, and " + (BYTES + 1) + " are asked for");
        assertFalse(isMapped());
        Files.write(file, new byte[0]);
        assertRefused("cannot map " + file + ": it is empty");
        Files.delete(file);
        assertRefused(file.toString());
        Files.createDirectory(file);
        assertRefused("cannot map " + file + ": it is a folder");
        try (TensorScope _ = TensorScope.open()) {
            for (long offset : new long[] {-8, 4}) {
                assertThrows(
                        IllegalArgumentException.class, () -> Tensor.mapped(file, offset, DType.INT64, 1), "" + offset);
            }
            assertThrows(IllegalArgumentException.class, () -> Tensor.mapped(file, 0, DType.UINT8, -1));
            assertThrows(
                    ArithmeticException.class, () -> Tensor.mapped(file, 0, DType.INT64, Long.MAX_VALUE / 8, 1, 2));
        }
        // Without a scope nobody would free it.
        Path other = Files.write(folder.resolve("other"), content);
        assertThrows(IllegalStateException.class, () -> Tensor.mapped(other, 0, DType.UINT8, 1));
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains(other.toString()));
    }

    private void assertRefused(String message) {
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(
                    message,
                    assertThrows(IOException.class, () -> Tensor.mapped(file, 0, DType.UINT8, BYTES + 1))
                            .getMessage());
        }
    }

    private boolean isMapped() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains(file.toString());
    }

    private static float[] rows(Tensor from, long... indices) {
        return from.indexSelect(0, Tensor.of(indices, indices.length)).toFloats();
    }
}
