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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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
    void aHeaderThatTellsOfMoreThanTheFileCanHoldIsNotBelieved() throws IOException {
        String name = "train-images-idx3-ubyte.gz";
        byte[] huge = idx(0x803, new int[] {1 << 28, 2, 2}, new byte[8]);
        Files.write(folder.resolve(name), huge);
        assertFails(name, "is cut off: its sizes tell of 1073741824 bytes, and a file of its length holds 24 at most");
        gzip(name, huge);
        assertFails(name, "is cut off: its sizes tell of 1073741824 bytes");
        Files.write(folder.resolve(name), idx(0x803, new int[] {1 << 31, 2, 2}, new byte[8]));
        assertFails(name, "is damaged: dimension 0 has the size -2147483648");
    }

    @Test
    void bothSplitsHaveOneShape() throws IOException {
        gzip("t10k-images-idx3-ubyte.gz", idx(0x803, new int[] {2, 2, 1}, new byte[4]));
        assertFails("mnist", "has images of 1x2x2 to train on and of 1x2x1 to measure on");
    }

    /** Seeds come from a counter, so that a failure is found again. */
    @Test
    void whatIsChangedAnywhereIsRefusedOrWhole() throws IOException {
        List<String> names;
        try (Stream<Path> all = Files.list(folder)) {
            names = all.map(file -> file.getFileName().toString()).sorted().toList();
        }
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            write();
            Path file = folder.resolve(names.get(random.nextInt(names.size())));
            boolean images = file.toString().contains("images");
            byte[] changed = random.nextBoolean()
                    ? Files.readAllBytes(file)
                    : images
                            ? idx(0x803, new int[] {size(random), size(random), size(random)}, PIXELS)
                            : idx(0x801, new int[] {size(random)}, new byte[] {7, 9});
            for (int i = random.nextInt(3); i > 0; i--) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(40)) : changed);
            try (TensorScope _ = TensorScope.open()) {
                Dataset data = new Mnist().load(files, new Limits(0, 0));
                assertEquals(
                        data.train().labels().size(0), data.train().images().size(0), "seed " + seed);
            } catch (IOException e) {
                assertTrue(
                        e.getMessage().startsWith(folder.toString())
                                || e.getMessage().startsWith("mnist has images"),
                        "seed " + seed + ": " + e);
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed + ": " + e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** Right more often than not, else of any kind. */
    private static int size(Random random) {
        return random.nextInt(3) > 0 ? 2 : random.nextBoolean() ? random.nextInt(5) : random.nextInt();
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
