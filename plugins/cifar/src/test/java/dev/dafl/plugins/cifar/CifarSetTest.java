package dev.dafl.plugins.cifar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Checksum;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.DataFiles.DataFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two files of two images to train on and one of three to measure on. */
class CifarSetTest {

    private static final CifarSet SET = new CifarSet(
            new DataFile("set", "set.tar.gz", Checksum.md5OfDownload("00".repeat(16)), List.of(), List.of()),
            "set-bin",
            List.of("one.bin", "two.bin"),
            2,
            "test.bin",
            3,
            new RecordLayout(List.of(2, 5)),
            List.of("a", "b", "c", "d", "e"),
            new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)));
    private static final Limits ALL = new Limits(0, 0);

    @TempDir
    private Path root;

    private final DataFiles files = new DataFiles() {
        @Override
        public Path find(DataFile file) {
            return root.resolve(file.name());
        }

        @Override
        public List<Path> places(String path) {
            return List.of(root.resolve(path));
        }
    };
    /** The official archives are not in the order of the names either. */
    private final Map<String, byte[]> content = new LinkedHashMap<>();

    private long tensorsBefore;

    @BeforeEach
    void make() {
        tensorsBefore = Tensor.liveCount();
        content.put("readme.html", "read me".getBytes(StandardCharsets.UTF_8));
        content.put("two.bin", CifarFilesOnDisk.records(2, new int[] {0, 2}, new int[] {1, 0}));
        content.put("test.bin", CifarFilesOnDisk.records(3, new int[] {1, 1}, new int[] {0, 2}, new int[] {1, 3}));
        content.put("one.bin", CifarFilesOnDisk.records(1, new int[] {0, 4}, new int[] {1, 3}));
    }

    @AfterEach
    void noTensorIsLeft() {
        assertEquals(tensorsBefore, Tensor.liveCount());
    }

    @Test
    void readsTheGzippedAndThePlainArchive() throws IOException {
        Files.write(root.resolve("set.tar.gz"), archive());
        assertWhole();
        Files.write(root.resolve("set.tar.gz"), CifarFilesOnDisk.tar("set-bin", content));
        assertWhole();
    }

    @Test
    void anUnpackedFolderIsEnoughAndComesFirst() throws IOException {
        CifarFilesOnDisk.unpack(root.resolve("set-bin"), content);
        assertWhole();
        Files.write(root.resolve("set.tar.gz"), new byte[] {1, 2, 3});
        assertWhole();
        CifarFilesOnDisk.unpack(root.resolve("set/set-bin"), Map.of());
        assertFails(root.resolve("set/set-bin") + " lacks one.bin; unpack the archive into it again");
    }

    @Test
    void limitsTakeTheFirstImages() throws IOException {
        Files.write(root.resolve("set.tar.gz"), archive());
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = SET.load(files, new Limits(3, 1));
            assertArrayEquals(new long[] {4, 3, 2}, data.train().labels().toLongs());
            assertArrayEquals(new long[] {3, 3, 32, 32}, data.train().images().shape());
            assertArrayEquals(new long[] {1}, data.test().labels().toLongs());
        }
        content.remove("two.bin");
        Files.write(root.resolve("set.tar.gz"), archive());
        try (TensorScope _ = TensorScope.open()) {
            assertArrayEquals(
                    new long[] {4, 3},
                    SET.load(files, new Limits(2, 0)).train().labels().toLongs());
        }
        assertFails("set.tar.gz lacks two.bin");
        assertThrows(IllegalArgumentException.class, () -> new Limits(0, -1));
    }

    @Test
    void anArchiveThatIsCutOffOrDamagedIsTold() throws IOException {
        Path at = root.resolve("set.tar.gz");
        byte[] whole = archive();
        for (int length : new int[] {40, whole.length / 2, whole.length - 1}) {
            Files.write(at, Arrays.copyOf(whole, length));
            assertFails(at + " is cut off; remove it");
        }
        byte[] plain = CifarFilesOnDisk.tar("set-bin", content);
        Files.write(at, Arrays.copyOf(plain, 8000));
        assertFails(at + " is cut off; remove it");
        byte[] flipped = whole.clone();
        flipped[flipped.length - 6] ^= 1; // the check sum at the end
        Files.write(at, flipped);
        assertFails(at + " cannot be read as a tar archive: Corrupt GZIP trailer");
        Files.writeString(at, "<html>not found</html>".repeat(100));
        assertFails(at + " cannot be read as a tar archive");
        Files.write(at, new byte[0]);
        assertFails(at + " lacks one.bin, test.bin, two.bin");
    }

    @Test
    void entriesThatOnlyDescribeOthersArePassedOver() throws IOException {
        for (int mode : new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
            Map<String, byte[]> more = new LinkedHashMap<>();
            more.put("n".repeat(150), new byte[] {1, 2, 3});
            more.putAll(content);
            Files.write(root.resolve("set.tar.gz"), CifarFilesOnDisk.tar("set-bin", more, mode));
            assertWhole();
        }
    }

    /** Seeds come from a counter, so that a failure is found again. */
    @Test
    void whatIsChangedAnywhereIsRefusedOrWhole() throws IOException {
        byte[] plain = CifarFilesOnDisk.tar("set-bin", content);
        byte[] gzipped = archive();
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] changed = (random.nextInt(4) == 0 ? gzipped : plain).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                // Mostly in headers, which begin at multiples of 512.
                int at = random.nextInt(changed.length);
                changed[random.nextBoolean() ? at : at / 512 * 512 + at % 160] ^= (byte) (1 << random.nextInt(8));
            }
            boolean cut = random.nextInt(5) == 0;
            Files.write(
                    root.resolve("set.tar.gz"), cut ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed);
            try (TensorScope _ = TensorScope.open()) {
                Dataset data = SET.load(files, ALL);
                assertEquals(4, data.train().size(), "seed " + seed);
                assertEquals(3, data.test().size(), "seed " + seed);
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith(root.resolve("set.tar.gz").toString()), "seed " + seed + ": " + e);
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed + ": " + e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aFileOfAnotherSizeIsTold() throws IOException {
        Path folder = root.resolve("set-bin");
        byte[] two = content.get("two.bin");
        content.put("two.bin", Arrays.copyOf(two, 5000));
        CifarFilesOnDisk.unpack(folder, content);
        assertFails(folder.resolve("two.bin") + " is cut off: 5000 bytes are there, and 2 images take 6148");
        content.put("two.bin", Arrays.copyOf(two, 7000));
        CifarFilesOnDisk.unpack(folder, content);
        assertFails(folder.resolve("two.bin") + " is damaged: 7000 bytes are there, and 2 images take 6148");
    }

    @Test
    void aLabelThatDoesNotExistIsTold() throws IOException {
        content.put("two.bin", CifarFilesOnDisk.records(2, new int[] {0, 2}, new int[] {1, 5}));
        Files.write(root.resolve("set.tar.gz"), archive());
        assertFails("set.tar.gz: two.bin is damaged: a label of image 1 is 5, and they go from 0 to 4");
        content.put("two.bin", CifarFilesOnDisk.records(2, new int[] {200, 2}, new int[] {1, 4}));
        Files.write(root.resolve("set.tar.gz"), archive());
        assertFails("set.tar.gz: two.bin is damaged: a label of image 0 is 200, and they go from 0 to 1");
    }

    @Test
    void theOfficialSetsAskForTheirOwnFiles() throws IOException {
        CifarFilesOnDisk.unpack(root.resolve("cifar-10-batches-bin"), Map.of("data_batch_1.bin", new byte[3073]));
        String ten = assertThrows(IOException.class, () -> new Cifar10().load(files, Cifar10Options.DEFAULTS))
                .getMessage();
        assertTrue(
                ten.contains("data_batch_1.bin is cut off: 3073 bytes are there, and 10000 images take 30730000"), ten);
        CifarFilesOnDisk.unpack(root.resolve("cifar100/cifar-100-binary"), Map.of("train.bin", new byte[3074]));
        String hundred = assertThrows(IOException.class, () -> new Cifar100().load(files, ALL))
                .getMessage();
        assertTrue(
                hundred.contains("train.bin is cut off: 3074 bytes are there, and 50000 images take 153700000"),
                hundred);
    }

    private void assertWhole() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = SET.load(files, ALL);
            assertArrayEquals(new long[] {4, 3, 2, 0}, data.train().labels().toLongs());
            assertArrayEquals(new long[] {1, 2, 3}, data.test().labels().toLongs());
            assertArrayEquals(new long[] {4, 3, 32, 32}, data.train().images().shape());
            byte[] train = data.train().images().toBytes();
            byte[] test = data.test().images().toBytes();
            for (int at = 0; at < RecordLayout.PIXELS; at++) {
                assertEquals(CifarFilesOnDisk.pixel(1, 1, at), train[RecordLayout.PIXELS + at]);
                assertEquals(CifarFilesOnDisk.pixel(2, 0, at), train[2 * RecordLayout.PIXELS + at]);
                assertEquals(CifarFilesOnDisk.pixel(3, 2, at), test[2 * RecordLayout.PIXELS + at]);
            }
        }
    }

    private void assertFails(String part) {
        try (TensorScope _ = TensorScope.open()) {
            String message =
                    assertThrows(IOException.class, () -> SET.load(files, ALL)).getMessage();
            assertTrue(message.contains(part), message);
        }
    }

    private byte[] archive() throws IOException {
        return CifarFilesOnDisk.gzip(CifarFilesOnDisk.tar("set-bin", content));
    }
}
