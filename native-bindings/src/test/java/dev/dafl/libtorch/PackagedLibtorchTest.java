package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackagedLibtorchTest {

    /** The small one of the jars, so that the test does not unpack 350 MB. */
    private final PackagedLibtorch openblas =
            new PackagedLibtorch("openblas-test", List.of("org/bytedeco/openblas/linux-x86_64"));

    @Test
    void severalUnpackersLeaveOneWholeFolder(@TempDir Path cache) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            Callable<Path> unpack = () -> openblas.unpack(cache);
            for (Future<Path> folder : pool.invokeAll(List.of(unpack, unpack, unpack, unpack))) {
                assertEquals(cache.resolve("openblas-test"), folder.get());
            }
        }
        try (var left = Files.list(cache)) {
            assertEquals(List.of(cache.resolve("openblas-test")), left.toList());
        }
        try (var libraries = Files.list(cache.resolve("openblas-test"))) {
            List<String> names =
                    libraries.map(f -> f.getFileName().toString()).sorted().toList();
            assertTrue(names.contains("libopenblas.so.0"), names.toString());
            assertTrue(names.stream().noneMatch(n -> n.startsWith("libjni")), names.toString());
        }
    }

    @Test
    void aFolderWithoutLibtorchIsRefusedWithWhatToName(@TempDir Path empty) {
        LibtorchException e = assertThrows(
                LibtorchException.class, () -> NativeLibraries.locate(Optional.of(empty), Optional.empty()));
        assertTrue(e.getMessage().contains("no libtorch_cpu.so in " + empty), e.getMessage());
        assertTrue(e.getMessage().contains("DAFL_LIBTORCH"), e.getMessage());
    }

    @Test
    void aMissingJarIsOneSentence(@TempDir Path cache) {
        PackagedLibtorch missing = new PackagedLibtorch("x", List.of("org/bytedeco/pytorch/plan9"));
        LibtorchException e = assertThrows(LibtorchException.class, () -> missing.unpack(cache));
        assertTrue(e.getMessage().contains("org/bytedeco/pytorch/plan9"), e.getMessage());
    }
}
