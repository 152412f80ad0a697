package dev.dafl.engine.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.files.ProcessLock;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.KeptImages;
import dev.dafl.spi.KeptImages.Origin;
import dev.dafl.spi.KeptImages.Reading;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

    private static final ImageShape SHAPE = new ImageShape(3, 5, 7);
    private static final int BYTES = 3 * 5 * 7;
    private static final Origin ORIGIN = new Origin("my/photos", "source", "state", 12);

    @TempDir
    private Path cache;

    private final AtomicInteger read = new AtomicInteger();
    private long tensorsBefore;

    @BeforeEach
    void count() {
        tensorsBefore = Tensor.liveCount();
    }

    @AfterEach
    void noTensorIsLeft() throws IOException {
        assertEquals(tensorsBefore, Tensor.liveCount());
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains(cache.toString()));
    }

    @Test
    void imagesAreReadOnce() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertKept(ORIGIN, 1, 7, 4);
            assertEquals(1, read.get());
        }
        Path file = new ImageStore(cache).files().getFirst();
        assertEquals("my_photos-", file.getFileName().toString().substring(0, 10));
        assertEquals(List.of(file, lockOf(file)), left());
    }

    @Test
    void aPartMayBeEmptyAndSoMayBoth() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertKept(new Origin("a", "a", "", 12), 2, 3, 0);
            assertKept(new Origin("b", "b", "", 12), 2, 0, 8);
            assertKept(new Origin("c", "c", "", 12), 2, 0, 0);
        }
        assertEquals(3, read.get());
    }

    /** Of one source only what came last is kept. */
    @Test
    void anotherStateIsReadAndTakesThePlace() throws IOException {
        assertKept(ORIGIN, 1, 7, 4);
        Origin later = new Origin(ORIGIN.name(), ORIGIN.source(), "later", 12);
        try (TensorScope _ = TensorScope.open()) {
            KeptImages before = kept(ORIGIN, reading(1, 7, 4));
            assertKept(later, 2, 2, 1);
            assertEquals(1, new ImageStore(cache).files().size());
            assertSplit(before.train(), 1, 0, 7); // whoever has it mapped keeps it
        }
        assertKept(ORIGIN, 3, 7, 4);
        assertKept(new Origin(ORIGIN.name(), "another", ORIGIN.state(), 12), 4, 1, 1);
        assertEquals(4, read.get());
        assertEquals(2, new ImageStore(cache).files().size());
    }

    @Test
    void aDamagedFileIsReadAgain() throws IOException {
        assertKept(ORIGIN, 1, 7, 4);
        Path file = new ImageStore(cache).files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        assertEquals(1, read.get());
        int labels = 11 * BYTES + 5;
        // Cut off anywhere, longer, and changed in the labels or in what it says of itself.
        int[] lengths = {0, 1, 15, 16, BYTES, labels, labels + 8, whole.length - 17, whole.length - 1, whole.length + 8
        };
        for (int length : lengths) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertKept(ORIGIN, 1, 7, 4);
            assertArrayEquals(whole, Files.readAllBytes(file));
        }
        Random random = new Random(3);
        for (int i = 0; i < 100; i++) {
            byte[] changed = whole.clone();
            changed[labels + random.nextInt(whole.length - labels)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            assertKept(ORIGIN, 1, 7, 4);
        }
        assertEquals(1 + lengths.length + 100, read.get());
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void whatFailsLeavesNothing() throws IOException {
        Reading failing = sink -> {
            sink.train(SHAPE, new byte[BYTES], 1);
            throw new IOException("one sentence");
        };
        assertEquals("one sentence", fails(IOException.class, ORIGIN, failing));
        assertEquals(
                "an image of 3x7x5 in 105 bytes does not go with images of 3x5x7",
                fails(IllegalArgumentException.class, ORIGIN, sink -> {
                    sink.train(SHAPE, new byte[BYTES], 1);
                    sink.test(new ImageShape(3, 7, 5), new byte[BYTES], 1);
                }));
        assertEquals(
                "an image of 3x5x7 in 104 bytes does not go with images of 3x5x7",
                fails(IllegalArgumentException.class, ORIGIN, sink -> sink.train(SHAPE, new byte[BYTES - 1], 1)));
        assertEquals(
                "images to train on come before those to measure on",
                fails(IllegalStateException.class, ORIGIN, sink -> {
                    sink.test(SHAPE, new byte[BYTES], 1);
                    sink.train(SHAPE, new byte[BYTES], 1);
                }));
        assertTrue(left().stream().allMatch(file -> file.toString().endsWith(".lock")), left().toString());
    }

    @Test
    void aDiskThatIsTooSmallIsToldWithTheFirstImage() throws IOException {
        Origin large = new Origin("large", "large", "", 1L << 50);
        AtomicInteger taken = new AtomicInteger();
        String message = fails(IOException.class, large, sink -> {
            sink.train(SHAPE, new byte[BYTES], 1);
            taken.incrementAndGet();
        });
        assertTrue(
                message.matches("cannot keep the images of large in " + cache.resolve("images")
                        + ": they take [\\d,]+ MB, and [\\d,]+ MB are left on the disk; make room there, for instance with"
                        + " dafl cache clean, or name another folder for the cache with DAFL_CACHE"),
                message);
        assertEquals(0, taken.get());
        assertTrue(left().stream().allMatch(file -> file.toString().endsWith(".lock")), left().toString());
    }

    @Test
    void aDiskThatGetsFullIsTold() {
        IOException full = new IOException("No space left on device");
        ImageWriter writer = new ImageWriter(ORIGIN, cache, new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw full;
            }
        });
        String message = assertThrows(IOException.class, () -> {
                    for (int i = 0; i < 20_000; i++) {
                        writer.train(SHAPE, new byte[BYTES], 1);
                    }
                })
                .getMessage();
        assertTrue(
                message.startsWith(
                        "cannot keep the images of my/photos in " + cache + ": No space left on device; make"),
                message);
    }

    @Test
    void withoutAFolderToWriteToNothingIsKept() throws IOException {
        Files.writeString(cache.resolve("images"), "a file");
        try (TensorScope _ = TensorScope.open()) {
            LocalDataFiles files = new LocalDataFiles(List.of(), cache, _ -> {});
            KeptImages images = files.kept(ORIGIN, reading(1, 7, 4));
            assertSplit(images.train(), 1, 0, 7);
            assertSplit(images.test(), 1, 7, 4);
            assertEquals(Map.of("seed", "1"), images.notes());
        }
    }

    @Test
    void whatAnotherProcessReadsIsWaitedFor() throws IOException {
        assertKept(ORIGIN, 1, 7, 4);
        Path file = new ImageStore(cache).files().getFirst();
        AtomicInteger waited = new AtomicInteger();
        ProcessLock other = ProcessLock.on(lockOf(file));
        try (TensorScope _ = TensorScope.open()) {
            assertTrue(other.tryAcquire());
            assertFalse(ImageStore.remove(file));
            KeptImages images = new ImageStore(cache)
                    .kept(ORIGIN, reading(2, 7, 4), () -> {
                        if (waited.incrementAndGet() == 3) {
                            other.close();
                        }
                    })
                    .orElseThrow();
            assertSplit(images.train(), 1, 0, 7);
        }
        assertEquals(3, waited.get());
        assertTrue(ImageStore.remove(file));
        assertEquals(List.of(), new ImageStore(cache).files());
    }

    @Test
    void waitingMayEndBefore() throws IOException {
        assertKept(ORIGIN, 1, 7, 4);
        Path file = new ImageStore(cache).files().getFirst();
        try (TensorScope _ = TensorScope.open();
                ProcessLock other = ProcessLock.on(lockOf(file))) {
            assertTrue(other.tryAcquire());
            assertThrows(
                    UncheckedIOException.class,
                    () -> new ImageStore(cache).kept(ORIGIN, reading(2, 7, 4), () -> {
                        throw new UncheckedIOException(new IOException("no"));
                    }));
        }
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("images"))) {
            return files.sorted().toList();
        }
    }

    private String fails(Class<? extends Exception> type, Origin origin, Reading reading) {
        try (TensorScope _ = TensorScope.open()) {
            return assertThrows(type, () -> kept(origin, reading)).getMessage();
        }
    }

    private KeptImages kept(Origin origin, Reading reading) throws IOException {
        return new ImageStore(cache)
                .kept(origin, reading, () -> {
                    throw new AssertionError("nobody else reads");
                })
                .orElseThrow();
    }

    private void assertKept(Origin origin, int seed, int train, int test) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            KeptImages images = kept(origin, reading(seed, train, test));
            assertSplit(images.train(), seed, 0, train);
            assertSplit(images.test(), seed, train, test);
            assertEquals(Map.of("seed", "" + seed), images.notes());
        }
    }

    private Reading reading(int seed, int train, int test) {
        return sink -> {
            read.incrementAndGet();
            for (int i = 0; i < train; i++) {
                sink.train(SHAPE, values(seed, i), seed + i);
            }
            sink.note("seed", "" + seed);
            for (int i = train; i < train + test; i++) {
                sink.test(SHAPE, values(seed, i), seed + i);
            }
        };
    }

    private static void assertSplit(Optional<Split> split, int seed, int first, int count) {
        assertEquals(count > 0, split.isPresent());
        for (int i = 0; i < count; i++) {
            assertArrayEquals(
                    values(seed, first + i), split.get().images().select(0, i).toBytes());
            assertEquals(seed + first + i, split.get().labels().select(0, i).item());
        }
    }

    private static byte[] values(int seed, int index) {
        byte[] values = new byte[BYTES];
        new Random(1000L * seed + index).nextBytes(values);
        return values;
    }
}
