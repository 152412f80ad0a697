package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileMappingTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }

    /** With libtorch before 2.13 nothing is unmapped, and all else is the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTensorHasTheMemoryOfAFile(boolean withDeleter) throws IOException {
        Libtorch.load();
        assertTrue(Fallbacks.hasDeleters());
        long tensor =
                TensorHandles.ofFile(file, 2, 8, new long[] {3, 2}, new long[] {2, 1}, ScalarTypes.UINT8, withDeleter);
        assertEquals("uint8[3, 2]", TensorHandles.describe(tensor));
        assertEquals(
                0x080706050403L,
                TensorHandles.data(tensor, 6).get(ValueLayout.JAVA_INT_UNALIGNED, 0)
                        | (long) TensorHandles.data(tensor, 6).get(ValueLayout.JAVA_SHORT_UNALIGNED, 4) << 32);
        assertEquals(1, mappings());
        TensorHandles.delete(tensor);
        assertEquals(withDeleter ? 0 : 1, mappings());
    }

    @Test
    void whatNobodyWasGivenIsUnmapped() throws IOException {
        FileMapping mapping = FileMapping.of(file);
        assertEquals(8, mapping.length());
        assertEquals(1, mappings());
        mapping.unmap();
        assertEquals(0, mappings());
    }

    private long mappings() throws IOException {
        return Files.readString(Path.of("/proc/self/maps"))
                .lines()
                .filter(line -> line.endsWith(file.toString()))
                .count();
    }
}
