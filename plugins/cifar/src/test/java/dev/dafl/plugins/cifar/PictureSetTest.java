package dev.dafl.plugins.cifar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.cifar.Cifar10Options.Source;
import dev.dafl.spi.Checksum;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.DataFiles.DataFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.KeptImages;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two classes, two images of each to train on and one to measure on. */
class PictureSetTest {

    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final Normalization NORMALIZATION =
            new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2));
    private static final PictureSet PICTURES = new PictureSet("set", "set-jpeg", CLASSES, 2, 1, NORMALIZATION);

    /** The same in its binary form, where every image is black. */
    private static final CifarSet BINARY = new CifarSet(
            new DataFile("set", "set.tar.gz", Checksum.md5OfDownload("00".repeat(16)), List.of(), List.of()),
            "set-bin",
            List.of("train.bin"),
            4,
            "test.bin",
            2,
            new RecordLayout(List.of(2)),
            CLASSES,
            NORMALIZATION);

    @TempDir
    private Path root;

    private final List<KeptImages.Origin> origins = new ArrayList<>();
    private final List<Long> told = new ArrayList<>();
    private Optional<KeptImages> earlier = Optional.empty();

    private final DataFiles files = new DataFiles() {
        @Override
        public Path find(DataFile file) throws IOException {
            Path at = root.resolve(file.name());
            if (!Files.isRegularFile(at)) {
                throw new IOException("cannot find " + file.name());
            }
            return at;
        }

        @Override
        public List<Path> places(String path) {
            return List.of(root.resolve(path));
        }

        @Override
        public void requireData(Path file) throws IOException {
            if (Files.size(file) == 0) {
                throw new IOException(file + " is an empty file");
            }
        }

        @Override
        public void progress(String what, long done, long total) {
            assertEquals(6, total);
            told.add(done);
        }

        @Override
        public KeptImages kept(KeptImages.Origin origin, KeptImages.Reading reading) throws IOException {
            origins.add(origin);
            return earlier.isPresent() ? earlier.get() : DataFiles.super.kept(origin, reading);
        }
    };

    private Map<String, byte[]> content = Map.of();
    private long tensorsBefore;

    @BeforeEach
    void make() throws IOException {
        tensorsBefore = Tensor.liveCount();
        content = PicturesOnDisk.files();
    }

    @AfterEach
    void noTensorIsLeft() {
        assertEquals(tensorsBefore, Tensor.liveCount());
    }

    @Test
    void readsArchivesPackedEitherWayInEachPlace() throws IOException {
        byte[] plain = tar();
        Files.createDirectories(root.resolve("set"));
        Map<String, byte[]> archives = Map.of(
                "set-jpeg.tar", plain,
                "set-jpeg.tar.gz", CifarFilesOnDisk.gzip(plain),
                "set/set-jpeg.tar.xz", PicturesOnDisk.xz(plain),
                "set-jpeg.tar.xz", PicturesOnDisk.xz(plain));
        for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
            Path at = Files.write(root.resolve(archive.getKey()), archive.getValue());
            assertWhole(Source.AUTO);
            assertEquals(at.getFileName().toString(), origins.getLast().name());
            Files.delete(at);
        }
        assertTrue(told.contains(4L) && told.getLast() == 6L, told::toString);
    }

    @Test
    void foldersAroundAndHiddenFilesDoNotMatter() throws IOException {
        content.put("train/.DS_Store", new byte[] {1});
        content.put("train/cat/._a.jpg", new byte[] {2});
        write(CifarFilesOnDisk.tar("some/folder", content));
        assertWhole(Source.JPEG);
        write(CifarFilesOnDisk.tar(".", content));
        assertWhole(Source.JPEG);
    }

    @Test
    void limitsTakeTheFirstOfAllClassesInTurn() throws IOException {
        write(tar());
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = load(new Cifar10Options(3, 1, Source.AUTO));
            assertArrayEquals(new long[] {0, 1, 0}, data.train().labels().toLongs());
            assertArrayEquals(new long[] {3, 3, 32, 32}, data.train().images().shape());
            assertArrayEquals(new long[] {0}, data.test().labels().toLongs());
            assertEquals(4, load(new Cifar10Options(9, 9, Source.AUTO)).train().size());
        }
        assertThrows(IllegalArgumentException.class, () -> new Cifar10Options(-1, 0, Source.AUTO));
    }

    @Test
    void theBinaryArchiveComesFirstUnlessAnOptionSaysOtherwise() throws IOException {
        write(tar());
        assertWhole(Source.AUTO);
        Map<String, byte[]> records = new LinkedHashMap<>();
        records.put("train.bin", new byte[4 * 3073]);
        records.put("test.bin", new byte[2 * 3073]);
        Path archive = Files.write(
                root.resolve("set.tar.gz"), CifarFilesOnDisk.gzip(CifarFilesOnDisk.tar("set-bin", records)));
        assertBlack(Source.AUTO);
        assertBlack(Source.BINARY);
        assertWhole(Source.JPEG);
        Files.delete(archive);
        CifarFilesOnDisk.unpack(root.resolve("set-bin"), records);
        assertBlack(Source.AUTO);
        assertWhole(Source.JPEG);
    }

    @Test
    void whereNoArchiveIsTheBinaryOneIsAskedFor() throws IOException {
        assertEquals("cannot find set.tar.gz", failure(Source.AUTO));
        String message = failure(Source.JPEG);
        assertTrue(
                message.startsWith("cannot find set-jpeg.tar.xz: looked at " + root.resolve("set/set-jpeg.tar.xz")
                        + ", " + root.resolve("set-jpeg.tar.xz") + ", " + root.resolve("set/set-jpeg.tar.gz")),
                message);
        assertTrue(message.contains("leave out source: jpeg"), message);
        write(tar());
        assertEquals("cannot find set.tar.gz", failure(Source.BINARY));
        write(new byte[0]);
        assertEquals(root.resolve("set-jpeg.tar.xz") + " is an empty file", failure(Source.AUTO));
    }

    @Test
    void whatWasKeptIsNotReadAgain() throws IOException {
        write(new byte[] {1, 2, 3}); // nobody reads it
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Tensor.empty(DType.UINT8, Device.CPU, 2, 3, 32, 32);
            Split split = new Split(images, Tensor.of(new long[] {1, 0}, 2));
            earlier = Optional.of(new KeptImages(Optional.of(split), Optional.of(split), Map.of()));
            Dataset data = load(new Cifar10Options(0, 1, Source.AUTO));
            assertArrayEquals(new long[] {1, 0}, data.train().labels().toLongs());
            assertArrayEquals(new long[] {1}, data.test().labels().toLongs());
            load(new Cifar10Options(1, 1, Source.AUTO));
            assertEquals(origins.get(0), origins.get(1), "limits do not make other images");
            assertEquals(6, origins.get(0).atMost());
            write(new byte[] {1, 2, 3, 4});
            load(Cifar10Options.DEFAULTS);
        }
        assertEquals(origins.get(0).source(), origins.get(2).source());
        assertNotEquals(origins.get(0).state(), origins.get(2).state());
    }

    @Test
    void aBadFileIsToldWithItsName() throws IOException {
        byte[] jpeg = PicturesOnDisk.jpeg(PicturesOnDisk.rgb(6));
        content.put("train/dog/b.jpg", Arrays.copyOf(jpeg, jpeg.length - 20));
        assertRefused(": d/train/dog/b.jpg is cut off; put a whole one in its place, or remove it");
        content.put("train/dog/b.jpg", "no image".getBytes(StandardCharsets.UTF_8));
        assertRefused(": d/train/dog/b.jpg is no JPEG or PNG image; ");
        content.put("train/dog/b.jpg", new byte[(1 << 16) + 1]);
        assertRefused(": d/train/dog/b.jpg is larger than 64 KiB; ");
        // What is in the test split is looked at as well.
        content = PicturesOnDisk.files();
        content.put("test/cat/a.png", new byte[0]);
        assertRefused(": d/test/cat/a.png is no JPEG or PNG image; ");
    }

    @Test
    void aMisplacedFileIsToldWithItsName() throws IOException {
        for (String path :
                List.of("train/cow/a.jpg", "train/a.jpg", "val/cat/a.jpg", "cat/a.jpg", "train/cat/x/a.jpg")) {
            content = PicturesOnDisk.files();
            content.put(path, PicturesOnDisk.jpeg(0));
            assertRefused(": d/" + path + " is misplaced: images belong into train/CLASS and test/CLASS, where CLASS is"
                    + " one of cat, dog; put");
        }
        content = PicturesOnDisk.files();
        content.put("train/cow/a\nb.jpg", PicturesOnDisk.jpeg(0));
        assertRefused(": d/train/cow/a?b.jpg is misplaced");
    }

    @Test
    void tooFewAndTooManyAreTold() throws IOException {
        content.put("test/dog/b.jpg", PicturesOnDisk.jpeg(0));
        assertRefused(": d/test/dog/b.jpg is one too many: only 1 images belong there; ");
        content = PicturesOnDisk.files();
        content.remove("train/dog/b.jpg");
        assertRefused(" lacks images: 1 are in train/dog, and 2 belong there; ");
        content.clear();
        assertRefused(" lacks images: 0 are in train/cat, and 2 belong there; ");
    }

    @Test
    void anArchiveThatIsCutOffOrDamagedIsTold() throws IOException {
        byte[] whole = PicturesOnDisk.xz(tar());
        for (int length : new int[] {40, whole.length / 2, whole.length - 1}) {
            write(Arrays.copyOf(whole, length));
            assertTrue(
                    failure(Source.JPEG).startsWith(root.resolve("set-jpeg.tar.xz") + " is cut off; put a whole one"));
        }
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        write(flipped);
        String message = failure(Source.JPEG);
        assertTrue(
                message.contains(" cannot be read as a tar archive: ") && message.contains("; put a whole"), message);
    }

    /** Seeds come from a counter, so that a failure is found again. */
    @Test
    void whatIsChangedAnywhereIsRefusedOrWhole() throws IOException {
        byte[] plain = tar();
        byte[] packed = PicturesOnDisk.xz(plain);
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] changed = (random.nextInt(3) == 0 ? packed : plain).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            boolean cut = random.nextInt(5) == 0;
            write(cut ? Arrays.copyOf(changed, 1 + random.nextInt(changed.length - 1)) : changed);
            try (TensorScope _ = TensorScope.open()) {
                Dataset data = load(new Cifar10Options(0, 0, Source.JPEG));
                assertEquals(4, data.train().size(), "seed " + seed);
                assertEquals(2, data.test().size(), "seed " + seed);
            } catch (IOException e) {
                String at = root.resolve("set-jpeg.tar.xz").toString();
                assertTrue(e.getMessage().startsWith(at), "seed " + seed + ": " + e);
                assertEquals(1, e.getMessage().lines().count(), "seed " + seed + ": " + e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private Dataset load(Cifar10Options options) throws IOException {
        return new EitherSet(BINARY, PICTURES).load(files, options);
    }

    /** In turn: cat a, dog a, cat b, dog b. */
    private void assertWhole(Source source) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = load(new Cifar10Options(0, 0, source));
            assertEquals(CLASSES, data.classNames());
            assertArrayEquals(new long[] {0, 1, 0, 1}, data.train().labels().toLongs());
            assertArrayEquals(new long[] {0, 1}, data.test().labels().toLongs());
            assertShades(data.train().images(), 3, 5, 4, 6);
            assertShades(data.test().images(), 1, 2);
        }
    }

    private void assertBlack(Source source) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = load(new Cifar10Options(0, 0, source));
            assertArrayEquals(new byte[4 * 3072], data.train().images().toBytes());
            assertArrayEquals(new byte[2 * 3072], data.test().images().toBytes());
        }
    }

    private static void assertShades(Tensor images, int... seeds) {
        byte[] bytes = images.toBytes();
        assertEquals(seeds.length * 3072, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int shift = 16 - 8 * (i / 1024 % 3);
            // Of a JPEG file's plain colour a pixel may be a little off.
            assertEquals((PicturesOnDisk.rgb(seeds[i / 3072]) >> shift) & 0xff, bytes[i] & 0xff, 2, "byte " + i);
        }
    }

    private void assertRefused(String part) throws IOException {
        write(PicturesOnDisk.xz(CifarFilesOnDisk.tar("d", content, TarArchiveOutputStream.LONGFILE_ERROR)));
        String message = failure(Source.JPEG);
        assertTrue(message.startsWith(root.resolve("set-jpeg.tar.xz") + part), message);
        assertEquals(1, message.lines().count(), message);
    }

    private String failure(Source source) {
        try (TensorScope _ = TensorScope.open()) {
            return assertThrows(IOException.class, () -> load(new Cifar10Options(0, 0, source)))
                    .getMessage();
        }
    }

    private byte[] tar() throws IOException {
        return CifarFilesOnDisk.tar("d", content);
    }

    private void write(byte[] archive) throws IOException {
        Files.write(root.resolve("set-jpeg.tar.xz"), archive);
    }
}
