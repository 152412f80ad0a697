package dev.dafl.engine.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.files.ProcessLock;
import dev.dafl.libtorch.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final String OLD = "teachers/lenet5-0123456789abcdef01234567.safetensors";
    private static final String STATISTICS = "teachers/lenet5-0123456789abcdef01234567-statistics.safetensors";
    private static final String LOCK = OLD + ".lock";
    private static final String NEW = "teachers/vgg11-0123456789abcdef01234567.safetensors";
    private static final String NOTES = "teachers/notes.txt";
    private static final String TORN = "teachers/vgg11-0123456789abcdef01234567.safetensors.tmp";
    private static final String DATA = "data/mnist/train.gz";
    private static final String WRITTEN = "data/mnist/test.gz1.part";
    private static final String LEFT = "data/mnist/test.gz2.part";
    private static final String IMAGES = "images/flowers_train-0123456789abcdef01234567.images";
    private static final String IMAGES_LOCK = IMAGES + ".lock";
    private static final String HALF_READ = IMAGES + "12.tmp";
    private static final String LIBTORCH = "libtorch-1.0-linux-x86_64/libtorch.so";
    private static final String UNPACKING = "libtorch-1.0-linux-x86_64.unpacking-7/libtorch.so";
    private static final String FOREIGN = "mine/libtorch.so";

    @TempDir
    private Path root;

    @BeforeEach
    void fill() throws IOException {
        file(OLD, 40);
        file(STATISTICS, 40);
        file(LOCK, 40);
        file(NEW, 2);
        file(NOTES, 40);
        file(TORN, 3);
        file(DATA, 20);
        file(WRITTEN, 0);
        file(LEFT, 1);
        file(IMAGES, 20);
        file(IMAGES_LOCK, 20);
        file(HALF_READ, 1);
        file(LIBTORCH, 90);
        file(UNPACKING, 5);
        file(FOREIGN, 90);
    }

    @Test
    void eachThingIsListedOnceWithItsSizeAndAge() throws IOException {
        List<CacheEntry> entries = new Cache(root).entries(NOW);
        assertEquals(
                List.of(OLD, NEW, DATA, IMAGES, folder(LIBTORCH), folder(UNPACKING), LEFT, HALF_READ, TORN),
                entries.stream()
                        .map(entry -> root.relativize(Path.of(entry.path())).toString())
                        .toList());
        assertEquals(20, entries.getFirst().bytes(), "weights and statistics");
        assertEquals(NOW.minus(Duration.ofDays(40)), entries.getFirst().written());
    }

    @Test
    void aCacheThatIsNotThereIsEmpty() throws IOException {
        assertEquals(List.of(), new Cache(root.resolve("nowhere")).entries(NOW));
    }

    @Test
    void leftoversGoAlways() throws IOException {
        assertEquals(4, clean(Set.of(), false, 0).removed().size());
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING));
    }

    @Test
    void onlyWhatIsOldEnoughGoes() throws IOException {
        clean(Set.of(CacheKind.TEACHERS, CacheKind.DATA), false, 30);
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING), OLD, STATISTICS);
    }

    @Test
    void aTeacherThatIsTrainedStays() throws IOException {
        try (ProcessLock lock = ProcessLock.on(root.resolve(LOCK))) {
            assertTrue(lock.tryAcquire());
            Cleaned cleaned = clean(Set.of(CacheKind.TEACHERS), false, 0);
            assertEquals(
                    List.of("a run trains it now"),
                    cleaned.kept().stream().map(Cleaned.Kept::why).toList());
        }
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING), NEW);
    }

    @Test
    void imagesThatAreReadNowStay() throws IOException {
        try (ProcessLock lock = ProcessLock.on(root.resolve(IMAGES_LOCK))) {
            assertTrue(lock.tryAcquire());
            Cleaned cleaned = clean(Set.of(CacheKind.IMAGES), false, 0);
            assertEquals(
                    List.of("a run reads these images now"),
                    cleaned.kept().stream().map(Cleaned.Kept::why).toList());
        }
        clean(Set.of(CacheKind.IMAGES), false, 0);
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING), IMAGES);
    }

    @Test
    void theLibtorchOfThisVersionGoesOnlyWithAll() throws IOException {
        Path current = CacheFolder.libtorchOfThisVersion(root);
        file(root.relativize(current) + "/libtorch.so", 90);
        clean(Set.of(CacheKind.LIBTORCH), false, 0);
        assertTrue(Files.isDirectory(current));
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING), folder(LIBTORCH));
        clean(EnumSet.allOf(CacheKind.class), true, 0);
        assertFalse(Files.exists(current));
        gone(LEFT, HALF_READ, TORN, folder(UNPACKING), folder(LIBTORCH), OLD, STATISTICS, NEW, DATA, IMAGES);
    }

    private Cleaned clean(Set<CacheKind> kinds, boolean current, int days) throws IOException {
        return new Cache(root).clean(kinds, current, NOW.minus(Duration.ofDays(days)), NOW);
    }

    /** All of these, and nothing else. */
    private void gone(String... paths) {
        List<String> gone = Stream.of(
                        OLD,
                        STATISTICS,
                        LOCK,
                        NEW,
                        NOTES,
                        TORN,
                        DATA,
                        WRITTEN,
                        LEFT,
                        IMAGES,
                        IMAGES_LOCK,
                        HALF_READ,
                        folder(LIBTORCH),
                        folder(UNPACKING),
                        FOREIGN)
                .filter(path -> Files.notExists(root.resolve(path)))
                .sorted()
                .toList();
        assertEquals(Arrays.stream(paths).sorted().toList(), gone);
    }

    private static String folder(String file) {
        return file.substring(0, file.lastIndexOf('/'));
    }

    private void file(String path, int days) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "0123456789");
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(days))));
    }
}
