package dev.dafl.plugins.mnist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.TensorScope;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {

    private static final byte[] PIXELS = {0, 1, 2, 3, (byte) 252, (byte) 253, (byte) 254, (byte) 255};

    @TempDir
    private Path folder;

    private final DataFiles files = file -> folder.resolve(file.name());

    @BeforeEach
    void write() throws IOException {
        for (String split : new String[] {"train", "t10k"}) {
            gzip(split + "-images-idx3-ubyte.gz", idx(0x803, new int[] {2, 2, 2}, PIXELS));
            gzip(split + "-labels-idx1-ubyte.gz", idx(0x801, new int[] {2}, new byte[] {7, 9}));
        }
    }

    @Test
    void readsImagesAndLabels() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new Mnist().load(files, new Limits(0, 1));
            assertArrayEquals(new long[] {2, 1, 2, 2}, data.train().images().shape());
            assertArrayEquals(PIXELS, data.train().images().toBytes());
            assertArrayEquals(new long[] {7, 9}, data.train().labels().toLongs());
            assertEquals(1, data.test().size());
            assertEquals(255, data.train().images().max().item());
        }
    }

    @Test
    void readsUncompressedFilesUnderTheSameName() throws IOException {
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), idx(0x803, new int[] {2, 2, 2}, PIXELS));
        try (TensorScope _ = TensorScope.open()) {
            assertArrayEquals(
                    PIXELS,
                    new Mnist().load(files, new Limits(0, 0)).train().images().toBytes());
        }
    }

    @Test
    void saysWhichFileIsDamagedAndHow() throws IOException {
        byte[] good = Files.readAllBytes(folder.resolve("train-images-idx3-ubyte.gz"));
        String name = "train-images-idx3-ubyte.gz";
        Files.write(folder.resolve(name), Arrays.copyOf(good, good.length - 9));
        assertFails(name, "is cut off");
        gzip(name, idx(0x803, new int[] {2, 2, 2}, new byte[5]));
        assertFails(name, "is cut off: 5 of 8 bytes are there");
        gzip(name, idx(0x803, new int[] {2, 2, 2}, new byte[9]));
        assertFails(name, "more follows after its 8 bytes");
        gzip(name, idx(0x801, new int[] {8}, new byte[8]));
        assertFails(name, "is no IDX file of 3 dimensions: it begins with 00000801 where 00000803 is due");
        gzip(name, idx(0x803, new int[] {2, -2, 2}, new byte[8]));
        assertFails(name, "dimension 1 has the size -2");
        gzip(name, idx(0x803, new int[] {2_000_000_000, 2_000_000_000, 2}, new byte[8]));
        assertFails(name, "is damaged: dimension 0");
        gzip(name, idx(0x803, new int[] {3, 2, 2}, new byte[12]));
        assertFails(name, "holds 3 images and");
        Files.writeString(folder.resolve(name), "<html>not found</html>");
        assertFails(name, "is no IDX file");
        Files.write(folder.resolve(name), new byte[0]);
        assertFails(name, "is cut off");
    }

    @Test
    void refusesLabelsThatAreNone() throws IOException {
        gzip("t10k-labels-idx1-ubyte.gz", idx(0x801, new int[] {2}, new byte[] {3, 10}));
        assertFails("t10k-labels-idx1-ubyte.gz", "label 1 is 10, labels go from 0 to 9");
    }

    @Test
    void limitsBelowZeroAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Limits(-1, 0));
    }

    private void assertFails(String file, String problem) {
        try (TensorScope _ = TensorScope.open()) {
            String message = assertThrows(IOException.class, () -> new Mnist().load(files, new Limits(0, 0)))
                    .getMessage();
            assertTrue(message.contains(file) && message.contains(problem), message);
        }
    }

    private void gzip(String name, byte[] content) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(content);
        }
    }

    private static byte[] idx(int magic, int[] sizes, byte[] elements) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int size : sizes) {
                out.writeInt(size);
            }
            out.write(elements);
        }
        return bytes.toByteArray();
    }
}
